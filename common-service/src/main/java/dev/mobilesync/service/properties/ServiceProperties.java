package dev.mobilesync.service.properties;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.util.NetMask;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Properties of every service, {@code mobile-sync.*}.
 *
 * @param drainTime how long a stopping service reports not ready and continues to serve; at most 15 s, because Spring
 *     limits the duration of a shutdown phase
 * @param trustedProxies addresses and networks of the reverse proxies whose forwarded headers are accepted, such as
 *     {@code 10.0.0.0/8} and {@code 2001:db8::1}
 * @param sandboxPrefix turns on the sandbox: the first characters of the ids by which examinees request faults, such as
 *     {@code sandbox-}; empty for none. Never for an exam
 * @param broker the connection to RabbitMQ
 */
@Validated
@ConfigurationProperties("mobile-sync")
public record ServiceProperties(
        @DefaultValue("5s") @DurationMin(message = "must not be negative") @DurationMax(seconds = 15)
        Duration drainTime,

        @DefaultValue List<String> trustedProxies,

        @DefaultValue("") @Pattern(regexp = "([A-Za-z0-9][A-Za-z0-9_-]{3,31})?", message = SANDBOX_PREFIX)
        String sandboxPrefix,

        @DefaultValue @Valid Broker broker) {

    private static final String SANDBOX_PREFIX =
            "must be 4 to 32 letters, digits, hyphens and underscores, the first a letter or digit; or empty for off";

    /**
     * Properties of the connection to RabbitMQ.
     *
     * @param confirmTimeout the time after which an unconfirmed message counts as failed
     */
    public record Broker(
            @DefaultValue("3s") @DurationMin(millis = 1) Duration confirmTimeout) {}

    @AssertTrue(
            message =
                    "mobile-sync.trusted-proxies (MOBILE_SYNC_TRUSTED_PROXIES) must list addresses or networks such as"
                            + " 10.0.0.0/8, separated by commas")
    boolean isEachProxyNumeric() {
        return proxyNetworks().stream().allMatch(ServiceProperties::isNetwork);
    }

    /** Returns the trusted proxies in the form {@code address/bits}. */
    public List<String> proxyNetworks() {
        return trustedProxies.stream()
                .map(String::strip)
                .map(proxy -> proxy.contains("/") ? proxy : proxy + (proxy.contains(":") ? "/128" : "/32"))
                .toList();
    }

    private static boolean isNetwork(String network) {
        // Addresses only: a host name would be resolved.
        if (!network.matches("\\d+(\\.\\d+){3}/\\d+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*/\\d+")) {
            return false;
        }
        try {
            new NetMask(network);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
