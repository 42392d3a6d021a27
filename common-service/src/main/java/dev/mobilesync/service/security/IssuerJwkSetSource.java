package dev.mobilesync.service.security;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the public keys of an OpenID Connect issuer, which it discovers through the issuer's metadata.
 *
 * <p>The pause between two fetches starts at the end of the first one. Requests that waited for a failed fetch therefore fail
 * together. Nimbus's own rate limit counts from the start, and allows two fetches per interval.
 */
final class IssuerJwkSetSource implements JWKSetSource<SecurityContext> {

    private static final Logger log = LoggerFactory.getLogger(IssuerJwkSetSource.class);
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_BYTES = 512 * 1024;

    private final String issuer;
    private final Duration pause;
    private final ResourceRetriever http = new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES);
    private volatile @Nullable JWKSet keys;
    private @Nullable String failure;
    private long fetchedAt;

    private IssuerJwkSetSource(String issuer, Duration pause) {
        this.issuer = issuer;
        this.pause = pause;
        this.fetchedAt = System.nanoTime() - pause.toNanos();
    }

    /**
     * Caches the keys of an issuer. The first token triggers the first fetch, so that a service starts while the issuer is
     * unavailable. Expired keys and an unknown key id trigger another fetch. If it fails, or another thread is fetching, the
     * cached keys are used.
     *
     * @param issuer the {@code iss} of its tokens, which is also its URL
     * @param pause the shortest time between two fetches
     * @param timeToLive of cached keys
     */
    static JWKSource<SecurityContext> cached(String issuer, Duration pause, Duration timeToLive) {
        IssuerJwkSetSource source = new IssuerJwkSetSource(issuer, pause);
        return JWKSourceBuilder.create(source)
                .cache(timeToLive.toMillis(), 0)
                .refreshAheadCache(false)
                .rateLimited(false)
                .failover((selector, context) -> selector.select(source.lastKeys()))
                .build();
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long currentTime, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        return fetchUnlessPaused();
    }

    private JWKSet lastKeys() throws JWKSetUnavailableException {
        JWKSet last = keys;
        return last == null ? fetchUnlessPaused() : last;
    }

    private synchronized JWKSet fetchUnlessPaused() throws JWKSetUnavailableException {
        if (System.nanoTime() - fetchedAt >= pause.toNanos()) {
            fetch();
        }
        JWKSet last = keys;
        if (last == null || failure != null) {
            throw new JWKSetUnavailableException("the issuer's keys are unavailable: " + failure);
        }
        return last;
    }

    private void fetch() {
        try {
            keys = JWKSet.parse(get(jwksUri()));
            if (failure != null) {
                log.info("issuer {} is available", issuer);
            }
            failure = null;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            if (failure == null) {
                log.warn(
                        "issuer {} is unavailable or its response is invalid; cached keys remain valid: {}",
                        issuer,
                        e.toString());
            }
            failure = e.toString();
        } finally {
            fetchedAt = System.nanoTime();
        }
    }

    private String jwksUri() throws IOException, ParseException {
        for (String location : metadataLocations()) {
            try {
                var metadata = JSONObjectUtils.parse(get(location));
                String uri = JSONObjectUtils.getString(metadata, "jwks_uri");
                if (uri == null || !issuer.equals(JSONObjectUtils.getString(metadata, "issuer"))) {
                    throw new ParseException("the issuer's metadata has no jwks_uri or names another issuer", 0);
                }
                return uri;
            } catch (FileNotFoundException e) {
                log.debug("the issuer has no metadata at {}", location);
            }
        }
        throw new FileNotFoundException("the issuer has no metadata");
    }

    /** Returns the locations of OpenID Connect Discovery and of RFC 8414. */
    private List<String> metadataLocations() {
        URI uri = URI.create(issuer);
        String host = uri.getScheme() + "://" + uri.getRawAuthority();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/$", "");
        return List.of(
                host + path + "/.well-known/openid-configuration",
                host + "/.well-known/openid-configuration" + path,
                host + "/.well-known/oauth-authorization-server" + path);
    }

    /**
     * @throws FileNotFoundException if the response is 404
     */
    private String get(String location) throws IOException {
        URI uri = URI.create(location);
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            throw new MalformedURLException("neither http nor https");
        }
        return http.retrieveResource(uri.toURL()).getContent();
    }

    @Override
    public void close() {
        // nothing to close
    }
}
