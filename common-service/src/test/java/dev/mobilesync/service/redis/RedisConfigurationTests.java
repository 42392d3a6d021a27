package dev.mobilesync.service.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import org.junit.jupiter.api.Test;

class RedisConfigurationTests {

    @Test
    void keepsTcpNoDelay() {
        ClientOptions.Builder options = ClientOptions.builder();
        new RedisConfiguration().lettuceOptions().customize(options);
        assertThat(options.build().getSocketOptions().isTcpNoDelay()).isTrue();
    }
}
