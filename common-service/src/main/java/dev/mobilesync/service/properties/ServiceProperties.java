package dev.mobilesync.service.properties;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
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
 * @param broker the connection to RabbitMQ
 */
@Validated
@ConfigurationProperties("mobile-sync")
public record ServiceProperties(
        @DefaultValue("5s") @DurationMin(message = "must not be negative") @DurationMax(seconds = 15)
        Duration drainTime,

        @DefaultValue List<String> trustedProxies,
        @DefaultValue @Valid Broker broker) {

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
