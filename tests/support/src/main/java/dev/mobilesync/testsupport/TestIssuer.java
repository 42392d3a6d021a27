package dev.mobilesync.testsupport;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An OpenID Connect issuer with the endpoints that resource servers use: the configuration and the keys. */
public final class TestIssuer implements AutoCloseable {

    private static final int KEY_BITS = 2048;

    private final HttpServer server;
    private final ExecutorService handlers = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger keyIds = new AtomicInteger();
    private volatile RSAKey key = newKey();
    private volatile boolean returnsGarbage;
    private volatile CountDownLatch responding = new CountDownLatch(0);

    private TestIssuer(HttpServer server) {
        this.server = server;
    }

    public static TestIssuer start() {
        return start(0);
    }

    /**
     * @param port of 127.0.0.1; 0 for any
     */
    public static TestIssuer start(int port) {
        try {
            TestIssuer issuer = new TestIssuer(HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0));
            issuer.respond(
                    "/.well-known/openid-configuration",
                    () -> "{\"issuer\":\"" + issuer.uri() + "\",\"jwks_uri\":\"" + issuer.uri()
                            + "/keys\",\"subject_types_supported\":[\"public\"]}");
            issuer.respond("/keys", () -> new JWKSet(issuer.publicKey()).toString());
            issuer.server.setExecutor(issuer.handlers);
            issuer.server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class UnknownKey {

        /** Created once, because key generation takes half a second. */
        private static final RSAKey KEY = generate("foreign");
    }

    private RSAKey newKey() {
        return generate("test-" + keyIds.incrementAndGet());
    }

    private static RSAKey generate(String id) {
        try {
            return new RSAKeyGenerator(KEY_BITS).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void respond(String path, Supplier<String> json) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            awaitResponding();
            String text = returnsGarbage ? "<html>no issuer here</html>" : json.get();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
    }

    private void awaitResponding() {
        try {
            responding.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The {@code iss}, for {@code spring.security.oauth2.resourceserver.jwt.issuer-uri}. */
    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The public key, which attackers may try to use as an HMAC secret. */
    public RSAKey publicKey() {
        return key.toPublicJWK();
    }

    /** Replaces the signing key by one with another id. */
    public void rotateKey() {
        key = newKey();
    }

    /** Sets whether all responses are an HTML page instead of JSON. */
    public void returnGarbage(boolean nonsense) {
        returnsGarbage = nonsense;
    }

    /** Sets whether requests wait for {@code hang(false)}. */
    public void hang(boolean hang) {
        responding.countDown();
        responding = new CountDownLatch(hang ? 1 : 0);
    }

    /** The number of requests. */
    public int requestCount() {
        return requests.get();
    }

    /** A token with these claims; by default with an expiry of one hour and this service's audience. */
    public String mint(Map<String, Object> claims) {
        return mint(claims, key);
    }

    /** A token with these claims, signed with an unknown key whose id is different each time. */
    public String forge(Map<String, Object> claims) {
        String id = "foreign-" + keyIds.incrementAndGet();
        return mint(claims, new RSAKey.Builder(UnknownKey.KEY).keyID(id).build());
    }

    private String mint(Map<String, Object> claims, RSAKey signedWith) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .issuer(uri())
                .audience("mobile-sync")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))));
        claims.forEach(builder::claim);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(signedWith.getKeyID())
                        .build(),
                builder.build());
        try {
            token.sign(new RSASSASigner(signedWith));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        hang(false);
        server.stop(0);
        handlers.shutdown();
    }
}
