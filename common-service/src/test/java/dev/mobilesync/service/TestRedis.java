package dev.mobilesync.service;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.testsupport.TestServers;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Map;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Connections to the Redis of a test, which are there again soon after a test has cut them. */
final class TestRedis {

    private static final ClientResources RESOURCES = ClientResources.builder()
            .reconnectDelay(Delay.constant(Duration.ofMillis(50)))
            .build();

    private TestRedis() {}

    static LettuceConnectionFactory connect(TestServers servers) {
        Map<String, String> properties = servers.properties();
        RedisStandaloneConfiguration where = new RedisStandaloneConfiguration(
                requireNonNull(properties.get("spring.data.redis.host")),
                Integer.parseInt(requireNonNull(properties.get("spring.data.redis.port"))));
        where.setDatabase(Integer.parseInt(properties.getOrDefault("spring.data.redis.database", "0")));
        LettuceConnectionFactory factory = new LettuceConnectionFactory(
                where,
                LettuceClientConfiguration.builder()
                        .clientResources(RESOURCES)
                        .commandTimeout(Duration.ofSeconds(2))
                        .build());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }
}
