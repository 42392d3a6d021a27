package dev.mobilesync.service.properties;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ServicePropertiesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @EnableConfigurationProperties(ServiceProperties.class)
    static class Bound {}

    @Test
    void hasDefaults() {
        runner.run(context -> {
            ServiceProperties properties = context.getBean(ServiceProperties.class);
            assertThat(properties.trustedProxies()).isEmpty();
            assertThat(properties.sandboxPrefix()).isEmpty();
            assertThat(properties.broker().confirmTimeout()).hasSeconds(3);
        });
    }

    @Test
    void acceptsAddressesAndNetworks() {
        runner.withPropertyValues("mobile-sync.trusted-proxies=10.0.0.0/8, 192.0.2.1,2001:db8::1,::1/128")
                .run(context -> assertThat(
                                context.getBean(ServiceProperties.class).proxyNetworks())
                        .containsExactly("10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128", "::1/128"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,,b", "proxy.example.org", "10.0.0.0/33", "10.0.0", "10..*", "*", "/8", "2001:db8::/129"})
    void rejectsInvalidProxies(String proxy) {
        assertRejected("mobile-sync.trusted-proxies", proxy, "(MOBILE_SYNC_TRUSTED_PROXIES)");
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.drain-time, -1s, (MOBILE_SYNC_DRAIN_TIME)",
        "mobile-sync.drain-time, 16s, (MOBILE_SYNC_DRAIN_TIME)",
        "mobile-sync.sandbox-prefix, abc, (MOBILE_SYNC_SANDBOX_PREFIX)",
        "mobile-sync.sandbox-prefix, -sandbox, (MOBILE_SYNC_SANDBOX_PREFIX)",
        "mobile-sync.sandbox-prefix, sand box, (MOBILE_SYNC_SANDBOX_PREFIX)",
        "mobile-sync.broker.confirm-timeout, 0s, (MOBILE_SYNC_BROKER_CONFIRM_TIMEOUT)"
    })
    void rejectsInvalidValueAndNamesKey(String key, String value, String variable) {
        assertRejected(key, value, variable);
    }

    private void assertRejected(String key, String value, String variable) {
        runner.withPropertyValues(key + "=" + value).run(context -> assertThat(
                        PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure())))
                .startsWith(key + " " + variable + " must "));
    }
}
