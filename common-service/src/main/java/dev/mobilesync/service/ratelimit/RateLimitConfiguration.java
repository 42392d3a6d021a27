package dev.mobilesync.service.ratelimit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The rate limiter that instances share through Redis. */
@Configuration(proxyBeanMethods = false)
public class RateLimitConfiguration {

    @Bean
    RateLimiter rateLimiter(LettuceConnectionFactory redis) {
        return new RateLimiter(redis);
    }
}
