package dev.mobilesync.embedded;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;

/** Creates clients of a redis-server on 127.0.0.1. They fail after a second instead of waiting or reconnecting. */
final class RedisClients {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private RedisClients() {}

    static RedisClient create(int port, String password) {
        RedisClient client = RedisClient.create(RedisURI.builder()
                .withHost(Loopback.HOST)
                .withPort(port)
                .withPassword(password.toCharArray())
                .withTimeout(TIMEOUT)
                .build());
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
        return client;
    }
}
