package dev.mobilesync.service;

import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.testsupport.TestServers;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Connections to a test's Redis that reconnect soon after a test cuts them. */
public final class TestRedisConnections {

    private static final ClientResources RESOURCES = ClientResources.builder()
            .reconnectDelay(Delay.constant(Duration.ofMillis(50)))
            .build();

    private TestRedisConnections() {}

    public static LettuceConnectionFactory connect(TestServers servers) {
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                LettuceConnectionFactory.createRedisConfiguration(RedisUris.of(servers.properties())),
                LettuceClientConfiguration.builder()
                        .clientResources(RESOURCES)
                        .commandTimeout(Duration.ofSeconds(2))
                        .build());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }
}
