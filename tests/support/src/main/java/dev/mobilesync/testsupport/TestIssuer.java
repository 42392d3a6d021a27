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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An OpenID Connect issuer, as far as a resource server asks it: where its keys are, and what they are. */
public final class TestIssuer implements AutoCloseable {

    private static final int KEY_BITS = 2048;

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger keyIds = new AtomicInteger();
    private volatile RSAKey key = newKey();
    private volatile boolean returnsGarbage;

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
            issuer.answer(
                    "/.well-known/openid-configuration",
                    () -> "{\"issuer\":\"" + issuer.uri() + "\",\"jwks_uri\":\"" + issuer.uri()
                            + "/keys\",\"subject_types_supported\":[\"public\"]}");
            issuer.answer("/keys", () -> new JWKSet(issuer.publicKey()).toString());
            issuer.server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Foreign {

        /** Made once, because making a key takes half a second. */
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

    private void answer(String path, Supplier<String> json) {
        server.createContext(path, exchange -> {
            asked.incrementAndGet();
            String text = returnsGarbage ? "<html>no issuer here</html>" : json.get();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        });
    }

    /** Its {@code iss}; give it to a service as {@code spring.security.oauth2.resourceserver.jwt.issuer-uri}. */
    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What it signs with: public, so anybody may try to use it as something else. */
    public RSAKey publicKey() {
        return key.toPublicJWK();
    }

    /** From now on it signs with another key, of another id, and has forgotten the one before. */
    public void rotateKey() {
        key = newKey();
    }

    /** Whether it answers everything with a page instead of JSON. */
    public void returnGarbage(boolean nonsense) {
        returnsGarbage = nonsense;
    }

    /** How often it was asked for anything. */
    public int timesAsked() {
        return asked.get();
    }

    /** A token of this issuer with those claims, good for an hour and for this service unless they say otherwise. */
    public String mint(Map<String, Object> claims) {
        return mint(claims, key);
    }

    /** A token with those claims that somebody else has signed, with a key of theirs; its id is another each time. */
    public String forge(Map<String, Object> claims) {
        String id = "foreign-" + keyIds.incrementAndGet();
        return mint(claims, new RSAKey.Builder(Foreign.KEY).keyID(id).build());
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
        server.stop(0);
    }
}
