package dev.mobilesync.service.security;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches and caches the public keys of an OpenID Connect issuer, which it discovers through the issuer's metadata.
 *
 * <p>The first token triggers the first fetch, so that a service starts while the issuer is unavailable. Expired keys and an
 * unknown key id trigger another fetch, but at most one per pause: forged key ids and outages cause no load on the issuer.
 * While the issuer is unavailable, cached keys remain valid.
 */
final class IssuerKeys implements JWKSource<SecurityContext> {

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BYTES = 512 * 1024;

    private final String issuer;
    private final ResourceRetriever http = new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES);
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Keys keys;
    private final Duration pause;
    private volatile long lastFetchAt;
    private volatile @Nullable String failure;

    private record Keys(JWKSet set, long fetchedAt) {

        boolean areFresh() {
            return System.nanoTime() - fetchedAt < FRESH.toNanos();
        }
    }

    /**
     * @param issuer the {@code iss} of its tokens, which is also its URL
     * @param pause the shortest time between two fetches
     */
    IssuerKeys(String issuer, Duration pause) {
        this.issuer = issuer;
        this.pause = pause;
        this.lastFetchAt = System.nanoTime() - pause.toNanos();
    }

    /**
     * @throws RemoteKeySourceException if the issuer is unavailable and no keys are cached
     */
    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        Keys known = keys;
        if (known != null && known.areFresh()) {
            List<JWK> selected = selector.select(known.set());
            if (!selected.isEmpty()) {
                return selected;
            }
        }
        fetchUnlessJustDone(known);
        Keys current = keys;
        if (current == null) {
            throw new RemoteKeySourceException("the issuer's keys are unavailable: " + failure, null);
        }
        return selector.select(current.set());
    }

    /**
     * @param known the keys that the caller has seen; if another thread has replaced them, nothing is fetched
     */
    private void fetchUnlessJustDone(@Nullable Keys known) {
        if (known != null && !fetching.tryLock()) {
            return;
        }
        if (known == null) {
            fetching.lock();
        }
        try {
            if (keys == known && System.nanoTime() - lastFetchAt >= pause.toNanos()) {
                fetch();
            }
        } finally {
            fetching.unlock();
        }
    }

    private void fetch() {
        try {
            keys = new Keys(JWKSet.parse(get(url(jwksUri()))), System.nanoTime());
            if (failure != null) {
                log.info("issuer {} is available", issuer);
            }
            failure = null;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            String reason = e.toString();
            if (failure == null) {
                log.warn(
                        "issuer {} is unavailable or its response is invalid; cached keys remain valid: {}",
                        issuer,
                        reason);
            }
            failure = reason;
        } finally {
            lastFetchAt = System.nanoTime();
        }
    }

    private String jwksUri() throws IOException, ParseException {
        for (URL url : metadataUrls()) {
            String metadata;
            try {
                metadata = get(url);
            } catch (FileNotFoundException e) {
                continue;
            }
            var claims = JSONObjectUtils.parse(metadata);
            if (!issuer.equals(JSONObjectUtils.getString(claims, "issuer"))) {
                throw new ParseException("the issuer's metadata names another issuer", 0);
            }
            String uri = JSONObjectUtils.getString(claims, "jwks_uri");
            if (uri == null) {
                throw new ParseException("the issuer's metadata has no jwks_uri", 0);
            }
            return uri;
        }
        throw new FileNotFoundException("the issuer has no metadata");
    }

    /** Returns the locations of OpenID Connect Discovery and of RFC 8414. */
    private List<URL> metadataUrls() throws MalformedURLException {
        URI uri = URI.create(issuer);
        String host = uri.getScheme() + "://" + uri.getRawAuthority();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/$", "");
        return List.of(
                url(host + path + "/.well-known/openid-configuration"),
                url(host + "/.well-known/openid-configuration" + path),
                url(host + "/.well-known/oauth-authorization-server" + path));
    }

    private static URL url(String text) throws MalformedURLException {
        URI uri = URI.create(text);
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            throw new MalformedURLException("neither http nor https");
        }
        return uri.toURL();
    }

    private String get(URL url) throws IOException {
        return http.retrieveResource(url).getContent();
    }
}
