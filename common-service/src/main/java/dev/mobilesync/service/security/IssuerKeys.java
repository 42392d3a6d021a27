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
 * The public keys of an OpenID Connect issuer, found through its metadata and kept.
 *
 * <p>They are fetched at the first token, so that a service starts while the issuer is away; again when they are old, and
 * when a token names a key that is not among them (the issuer may have new ones), but never more often than a
 * pause allows: whoever makes up key ids or asks while the issuer is unavailable costs it nothing. While it is unavailable the keys
 * that are there stay good.
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
    private volatile long askedAt;
    private volatile @Nullable String away;

    private record Keys(JWKSet set, long fetchedAt) {

        boolean areFresh() {
            return System.nanoTime() - fetchedAt < FRESH.toNanos();
        }
    }

    /**
     * @param issuer the {@code iss} of its tokens, which is also its address
     * @param pause the least time between two fetches
     */
    IssuerKeys(String issuer, Duration pause) {
        this.issuer = issuer;
        this.pause = pause;
        this.askedAt = System.nanoTime() - pause.toNanos();
    }

    /**
     * @throws RemoteKeySourceException if there are no keys because the issuer is away
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
            throw new RemoteKeySourceException("the issuer's keys cannot be had: " + away, null);
        }
        return selector.select(current.set());
    }

    /**
     * @param known what the caller has seen; who waited for somebody else's fetch makes none of its own
     */
    private void fetchUnlessJustDone(@Nullable Keys known) {
        if (known != null && !fetching.tryLock()) {
            return;
        }
        if (known == null) {
            fetching.lock();
        }
        try {
            if (keys == known && System.nanoTime() - askedAt >= pause.toNanos()) {
                fetch();
            }
        } finally {
            fetching.unlock();
        }
    }

    private void fetch() {
        try {
            keys = new Keys(JWKSet.parse(get(url(jwksUri()))), System.nanoTime());
            if (away != null) {
                log.info("the issuer {} is back", issuer);
            }
            away = null;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            String reason = e.toString();
            if (away == null) {
                log.warn(
                        "tokens cannot be checked with new keys: the issuer {} is away or answers nonsense ({})",
                        issuer,
                        reason);
            }
            away = reason;
        } finally {
            askedAt = System.nanoTime();
        }
    }

    private String jwksUri() throws IOException, ParseException {
        for (URL place : metadataPlaces()) {
            String metadata;
            try {
                metadata = get(place);
            } catch (FileNotFoundException e) {
                continue;
            }
            var claims = JSONObjectUtils.parse(metadata);
            if (!issuer.equals(JSONObjectUtils.getString(claims, "issuer"))) {
                throw new ParseException("its metadata names another issuer", 0);
            }
            String uri = JSONObjectUtils.getString(claims, "jwks_uri");
            if (uri == null) {
                throw new ParseException("its metadata has no jwks_uri", 0);
            }
            return uri;
        }
        throw new FileNotFoundException("it has no metadata");
    }

    /** OpenID Connect's place, and RFC 8414's for both kinds of metadata. */
    private List<URL> metadataPlaces() throws MalformedURLException {
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
