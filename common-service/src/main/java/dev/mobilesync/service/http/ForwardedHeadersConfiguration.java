package dev.mobilesync.service.http;

import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.util.NetMask;
import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Accepts {@code X-Forwarded-For}, {@code -Proto} and {@code -Port} from the trusted proxies only. Imported by the public
 * services.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ForwardedHeadersConfiguration.Settings.class)
public class ForwardedHeadersConfiguration {

    /**
     * Properties of forwarded headers.
     *
     * @param trustedProxies {@code mobile-sync.trusted-proxies}: addresses and networks of the reverse proxies, such as
     *     {@code 10.0.0.0/8} and {@code 2001:db8::1}; none by default
     */
    @ConfigurationProperties("mobile-sync")
    public record Settings(@DefaultValue List<String> trustedProxies) {

        public Settings {
            List<String> networks = new ArrayList<>();
            for (String each : trustedProxies) {
                networks.add(network(each.strip()));
            }
            trustedProxies = List.copyOf(networks);
        }

        /** Returns the form {@code address/bits}. */
        private static String network(String proxy) {
            String network = proxy.contains("/") ? proxy : proxy + (proxy.contains(":") ? "/128" : "/32");
            // Addresses only: a host name would be resolved.
            if (network.matches("\\d+(\\.\\d+){3}/\\d+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*/\\d+")) {
                try {
                    new NetMask(network);
                    return network;
                } catch (IllegalArgumentException e) {
                    // reported below
                }
            }
            throw new IllegalArgumentException(
                    "mobile-sync.trusted-proxies (MOBILE_SYNC_TRUSTED_PROXIES) must list addresses or networks such as"
                            + " 10.0.0.0/8, separated by commas");
        }
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> forwardedHeaders(Settings settings) {
        return tomcat -> {
            if (!settings.trustedProxies().isEmpty()) {
                RemoteIpValve valve = new RemoteIpValve();
                valve.setInternalProxies(String.join(",", settings.trustedProxies()));
                valve.setPortHeader("X-Forwarded-Port");
                tomcat.addEngineValves(valve);
            }
        };
    }
}
