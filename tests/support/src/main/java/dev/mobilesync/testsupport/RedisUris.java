package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisURI;
import java.util.Map;

/** Addresses of a Redis for Lettuce. */
public final class RedisUris {

    private RedisUris() {}

    /** @param properties {@code spring.data.redis.*}, as of {@link TestServers#properties} */
    public static RedisURI of(Map<String, String> properties) {
        RedisURI uri = RedisURI.create(
                requireNonNull(properties.get("spring.data.redis.host")),
                Integer.parseInt(requireNonNull(properties.get("spring.data.redis.port"))));
        uri.setDatabase(Integer.parseInt(properties.getOrDefault("spring.data.redis.database", "0")));
        String password = properties.get("spring.data.redis.password");
        if (password != null) {
            uri.setAuthentication(password.toCharArray());
        }
        return uri;
    }
}
