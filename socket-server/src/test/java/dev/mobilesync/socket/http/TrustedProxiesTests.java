package dev.mobilesync.socket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.properties.ServiceProperties;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTests {

    private final TrustedProxies proxies = new TrustedProxies(new ServiceProperties(
            Duration.ZERO,
            List.of("10.0.0.0/8", "2001:db8::1"),
            "",
            new ServiceProperties.Broker(Duration.ofSeconds(1))));

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, '203.0.113.7', 203.0.113.7",
        "10.1.2.3, '198.51.100.1, 203.0.113.7', 203.0.113.7",
        "10.1.2.3, '203.0.113.7, 10.9.9.9', 203.0.113.7",
        "10.1.2.3, '10.8.8.8,10.9.9.9', 10.8.8.8",
        "10.1.2.3, 'nonsense', nonsense",
        "10.1.2.3, '203.0.113.7, nonsense, 10.1.1.1', nonsense",
        "10.1.2.3, ',', 10.1.2.3",
        "10.1.2.3, , 10.1.2.3",
        "203.0.113.9, '198.51.100.1', 203.0.113.9",
        "2001:db8::1, '2001:db8:1::5', 2001:db8:1::5",
        "2001:db8::2, '198.51.100.1', 2001:db8:0:0:0:0:0:2"
    })
    void findsClientBehindTrustedProxies(String peer, @Nullable String forwardedFor, String client) {
        assertThat(resolve(peer, headers("X-Forwarded-For", forwardedFor)).address())
                .isEqualTo(client);
    }

    @Test
    void takesSchemeAndPortOfTrustedProxy() {
        HttpHeaders headers = headers("X-Forwarded-For", "203.0.113.7").add("X-Forwarded-Proto", "HTTPS");
        assertThat(resolve("10.0.0.1", headers)).isEqualTo(new ForwardedClient("203.0.113.7", "https", 443));
        headers.add("X-Forwarded-Port", "8443");
        assertThat(resolve("10.0.0.1", headers)).isEqualTo(new ForwardedClient("203.0.113.7", "https", 8443));
        headers.set("X-Forwarded-Port", "no number");
        assertThat(resolve("10.0.0.1", headers).port()).isEqualTo(443);
    }

    @ParameterizedTest
    @CsvSource({"'https, HTTPS', https", "'https,http', http", "',', http", "'', http"})
    void takesSchemeOfAllHops(String schemes, String scheme) {
        HttpHeaders headers = headers("X-Forwarded-For", "203.0.113.7").add("X-Forwarded-Proto", schemes);
        assertThat(resolve("10.0.0.1", headers).scheme()).isEqualTo(scheme);
    }

    @Test
    void ignoresSchemeOfOthers() {
        HttpHeaders headers = headers("X-Forwarded-Proto", "https").add("X-Forwarded-Port", "8443");
        assertThat(resolve("203.0.113.9", headers)).isEqualTo(new ForwardedClient("203.0.113.9", "http", null));
    }

    private ForwardedClient resolve(String peer, HttpHeaders headers) {
        return proxies.resolve(
                Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(peer)), "http", headers);
    }

    private static HttpHeaders headers(String name, @Nullable String value) {
        HttpHeaders headers = new DefaultHttpHeaders();
        return value == null ? headers : headers.add(name, value);
    }
}
