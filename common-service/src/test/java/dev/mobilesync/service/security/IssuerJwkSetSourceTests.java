package dev.mobilesync.service.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.TestIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Caching and fetching of an issuer's keys while it rotates them, hangs or is unavailable. */
@Tag("slow")
class IssuerJwkSetSourceTests {

    private static final Map<String, Object> CLAIMS = Map.of("sub", "kim");
    private static final Duration LONG = Duration.ofMinutes(10);

    /** One request for the metadata and one for the keys. */
    private static final int REQUESTS_PER_FETCH = 2;

    private final TestIssuer issuer = TestIssuer.start();

    @AfterEach
    void stop() {
        issuer.close();
    }

    private JwtDecoder decoder(Duration pause, Duration timeToLive) {
        return NimbusJwtDecoder.withJwkSource(IssuerJwkSetSource.cached(issuer.uri(), pause, timeToLive))
                .build();
    }

    private static void assertRejected(JwtDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token)).isInstanceOf(BadJwtException.class);
    }

    private static void assertUnavailable(JwtDecoder decoder, String token) {
        assertThatThrownBy(() -> decoder.decode(token))
                .isInstanceOf(JwtException.class)
                .isNotInstanceOf(BadJwtException.class);
    }

    @Test
    void fetchesOncePerPause() {
        JwtDecoder decoder = decoder(LONG, LONG);
        for (int i = 0; i < 5; i++) {
            decoder.decode(issuer.mint(CLAIMS));
            assertRejected(decoder, issuer.forge(CLAIMS));
        }
        issuer.rotateKey();
        assertRejected(decoder, issuer.mint(CLAIMS));
        assertThat(issuer.requestCount()).isEqualTo(REQUESTS_PER_FETCH);
    }

    @Test
    void followsRotation() {
        JwtDecoder decoder = decoder(Duration.ZERO, LONG);
        String old = issuer.mint(CLAIMS);
        decoder.decode(old);
        issuer.rotateKey();
        decoder.decode(issuer.mint(CLAIMS));
        assertRejected(decoder, old);
    }

    @Test
    void refetchesExpiredKeys() {
        JwtDecoder decoder = decoder(Duration.ZERO, Duration.ofMillis(1));
        String old = issuer.mint(CLAIMS);
        decoder.decode(old);
        issuer.rotateKey();
        assertRejected(decoder, old);
    }

    @Test
    void keepsExpiredKeysDuringOutage() {
        JwtDecoder decoder = decoder(Duration.ZERO, Duration.ofMillis(1));
        decoder.decode(issuer.mint(CLAIMS));
        issuer.returnGarbage(true);
        decoder.decode(issuer.mint(CLAIMS));
        assertRejected(decoder, issuer.forge(CLAIMS));

        String revoked = issuer.mint(CLAIMS);
        issuer.rotateKey();
        issuer.returnGarbage(false);
        assertRejected(decoder, revoked);
    }

    @Test
    void reportsOutageUntilFirstFetch() {
        JwtDecoder decoder = decoder(Duration.ZERO, LONG);
        issuer.returnGarbage(true);
        assertUnavailable(decoder, issuer.mint(CLAIMS));
        assertUnavailable(decoder, issuer.forge(CLAIMS));
        issuer.returnGarbage(false);
        decoder.decode(issuer.mint(CLAIMS));
    }

    /** Otherwise each request of a queue waits for the hanging issuer in turn. */
    @Test
    void requestsFailTogetherWhileIssuerHangs() {
        JwtDecoder decoder = decoder(LONG, LONG);
        String token = issuer.mint(CLAIMS);
        issuer.hang(true);
        Stream.generate(() -> CompletableFuture.runAsync(
                        () -> assertUnavailable(decoder, token), IssuerJwkSetSourceTests::start))
                .limit(8)
                .toList()
                .forEach(CompletableFuture::join);
        assertThat(issuer.requestCount()).isEqualTo(1);
    }

    @Test
    void firstRequestsWaitForKeys() {
        JwtDecoder decoder = decoder(LONG, LONG);
        String token = issuer.mint(CLAIMS);
        issuer.hang(true);
        List<CompletableFuture<Void>> requests = Stream.generate(
                        () -> CompletableFuture.runAsync(() -> decoder.decode(token), IssuerJwkSetSourceTests::start))
                .limit(8)
                .toList();
        await().until(() -> issuer.requestCount() == 1);
        issuer.hang(false);
        requests.forEach(CompletableFuture::join);
        assertThat(issuer.requestCount()).isEqualTo(REQUESTS_PER_FETCH);
    }

    @Test
    void onlyOneRequestWaitsWhileKeysAreCached() {
        JwtDecoder decoder = decoder(Duration.ZERO, Duration.ofMillis(1));
        decoder.decode(issuer.mint(CLAIMS));
        issuer.hang(true);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                () -> assertRejected(decoder, issuer.forge(CLAIMS)), IssuerJwkSetSourceTests::start);
        await().until(() -> issuer.requestCount() == REQUESTS_PER_FETCH + 1);
        decoder.decode(issuer.mint(CLAIMS));
        assertRejected(decoder, issuer.forge(CLAIMS));
        assertThat(waiting).isNotDone();
        waiting.join();
    }

    private static void start(Runnable request) {
        new Thread(request).start();
    }
}
