package dev.mobilesync.service.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.service.TestRedisConnections;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Tests the lease, also after a Redis outage. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class RedisLeaseIT {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final ProxiedServers servers = new ProxiedServers(TestServers.shared());
    private final LettuceConnectionFactory factory = TestRedisConnections.connect(servers);
    private final StringRedisTemplate redis = new StringRedisTemplate(factory);
    private final String key = "lease-test:" + UUID.randomUUID();
    private final RedisLease one = new RedisLease(redis, key, LONG);
    private final RedisLease other = new RedisLease(redis, key, LONG);

    @AfterAll
    void stop() {
        factory.destroy();
        servers.close();
    }

    @Test
    void allowsOneHolder() {
        assertThat(one.tryAcquire()).isTrue();
        assertThat(other.tryAcquire()).isFalse();
        assertThat(other.renew()).isFalse();
        other.release();
        assertThat(one.renew()).isTrue();
        one.release();
        assertThat(one.renew()).isFalse();
        assertThat(other.tryAcquire()).isTrue();
        other.release();
    }

    @Test
    void expiresAfterTtl() {
        RedisLease brief = new RedisLease(redis, key, Duration.ofMillis(300));
        assertThat(brief.tryAcquire()).isTrue();
        assertThat(one.tryAcquire()).isFalse();
        await().atMost(Duration.ofSeconds(5)).until(one::tryAcquire);
        one.release();
    }

    @Test
    void keepsForGivenTime() {
        Duration brief = Duration.ofMillis(1);
        assertThat(one.tryAcquire()).isTrue();
        other.keepFor(brief);
        assertThat(other.tryAcquire()).as("the lease of another holder").isFalse();
        one.keepFor(brief);
        await().atMost(Duration.ofSeconds(5)).until(other::tryAcquire);
        other.release();
    }

    @Test
    void runsWorkOfOneHolder() {
        assertThat(one.runExclusively(() -> {
                    assertThat(other.runExclusively(() -> true)).isFalse();
                    one.requireRenewed();
                    return true;
                }))
                .isTrue();
        assertThatThrownBy(() -> one.runExclusively(() -> {
                    redis.delete(key);
                    one.requireRenewed();
                    return true;
                }))
                .isInstanceOf(RedisLease.LeaseLostException.class)
                .hasMessageContaining("expired");
        assertThat(other.runExclusively(() -> true)).as("the lease is released").isTrue();
        assertThat(redis.hasKey(key)).isFalse();
    }

    /** A lease whose release did not reach Redis does not block its holder. */
    @Test
    void reacquiresAfterFailedRelease() {
        assertThat(one.tryAcquire()).isTrue();
        servers.redis().cut();
        assertThatThrownBy(one::release).isInstanceOf(DataAccessException.class);
        servers.redis().restore();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(redis.hasKey(key))
                .isTrue());
        assertThat(other.tryAcquire()).isFalse();
        assertThat(one.tryAcquire()).isTrue();
        assertThat(redis.getExpire(key)).isBetween(LONG.toSeconds() - 5, LONG.toSeconds());
        one.release();
        assertThat(other.tryAcquire()).isTrue();
        other.release();
    }
}
