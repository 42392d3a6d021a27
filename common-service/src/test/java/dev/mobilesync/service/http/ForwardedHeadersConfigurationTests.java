package dev.mobilesync.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedHeadersConfigurationTests {

    @Test
    void acceptsAddressesAndNetworks() {
        assertThat(new ForwardedHeadersConfiguration.Settings(
                                List.of("10.0.0.0/8", " 192.0.2.1", "2001:db8::1", "::1/128"))
                        .trustedProxies())
                .containsExactly("10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128", "::1/128");
        assertThat(new ForwardedHeadersConfiguration.Settings(List.of()).trustedProxies())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy.example.org", "10.0.0.0/33", "10.0.0", "10\\..*", "*", "/8", "2001:db8::/129"})
    void rejectsInvalidProxies(String proxy) {
        assertThatThrownBy(() -> new ForwardedHeadersConfiguration.Settings(List.of(proxy)))
                .hasMessageContaining("MOBILE_SYNC_TRUSTED_PROXIES");
    }
}
