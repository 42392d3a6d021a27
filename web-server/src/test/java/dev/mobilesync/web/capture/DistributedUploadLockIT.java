package dev.mobilesync.web.capture;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.WebServerFixture;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.http.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

@ServerContract
class DistributedUploadLockIT {

    private static final String KEY = "/captures/E-slow/sync_cap.jpg";

    /** Runs the first command only when {@code connected}, as if it waited for a connection. */
    private static final class SlowlyConnectedRedis extends StringRedisTemplate {

        private final CountDownLatch connected = new CountDownLatch(1);
        private final AtomicInteger started = new AtomicInteger();
        private final AtomicInteger completed = new AtomicInteger();

        private SlowlyConnectedRedis(RedisConnectionFactory connections) {
            super(connections);
        }

        @Override
        public <T> T execute(RedisScript<T> script, List<String> keys, Object... args) {
            if (started.getAndIncrement() == 0) {
                try {
                    connected.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            T reply = super.execute(script, keys, args);
            completed.incrementAndGet();
            return reply;
        }
    }

    private final StringRedisTemplate redis = WebServerFixture.shared().bean(StringRedisTemplate.class);
    private final SlowlyConnectedRedis slow = new SlowlyConnectedRedis(requireNonNull(redis.getConnectionFactory()));
    private final DistributedUploadLock lock =
            new DistributedUploadLock(slow, Duration.ofMinutes(1), 4, new SimpleMeterRegistry());

    @AfterEach
    void close() {
        lock.close();
    }

    @Test
    void releasesLeaseAfterSlowAcquisition() {
        lock.acquire(KEY, TimeLimit.in(Duration.ofSeconds(10))).release();
        assertReleasedOnceConnected();
    }

    @Test
    void releasesLeaseAfterInterruptedAcquisition() throws InterruptedException {
        Thread upload =
                new Thread(() -> assertThatThrownBy(() -> lock.acquire(KEY, TimeLimit.in(Duration.ofSeconds(10))))
                        .isInstanceOf(ApiException.class));
        upload.start();
        await().until(() -> slow.started.get() == 1);
        upload.interrupt();
        upload.join();
        assertReleasedOnceConnected();
    }

    /** Otherwise the lease would stay, and the examinee's next upload would be rejected until it expires. */
    private void assertReleasedOnceConnected() {
        await().during(Duration.ofMillis(200)).until(() -> slow.completed.get() == 0);
        slow.connected.countDown();
        await().until(() -> slow.completed.get() == 2);
        assertThat(redis.hasKey(RedisKeys.uploadLease(KEY))).isFalse();
    }
}
