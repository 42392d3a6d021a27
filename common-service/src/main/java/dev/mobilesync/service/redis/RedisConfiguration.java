package dev.mobilesync.service.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Redis: the reader of records, reconnection and timeouts. */
@Configuration(proxyBeanMethods = false)
public class RedisConfiguration {

    private static final int MAX_REQUESTS_IN_FLIGHT = 10_000;
    private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    @Bean
    SyncRecordReader recordReader(StringRedisTemplate redis, ObjectProvider<MeterRegistry> meters) {
        return new SyncRecordReader(redis, meters.getIfAvailable(CompositeMeterRegistry::new));
    }

    /** Reconnects within seconds after any outage; Lettuce's default delay grows to 30 s. */
    @Bean
    ClientResourcesBuilderCustomizer redisReconnectDelay() {
        return resources -> resources.reconnectDelay(
                () -> Delay.fullJitter(Duration.ofMillis(100), MAX_RECONNECT_DELAY, 100, TimeUnit.MILLISECONDS));
    }

    /** Rejects commands while Redis is unavailable, instead of queueing them. */
    @Bean
    LettuceClientOptionsBuilderCustomizer lettuceOptions() {
        return builder -> builder.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_REQUESTS_IN_FLIGHT)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .keepAlive(true)
                        .build());
    }
}
