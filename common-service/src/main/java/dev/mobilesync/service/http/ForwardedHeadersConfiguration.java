package dev.mobilesync.service.http;

import dev.mobilesync.service.properties.ServiceProperties;
import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Accepts {@code X-Forwarded-For}, {@code -Proto} and {@code -Port} from the trusted proxies only. Imported by
 * web-server; socket-server has {@code TrustedProxies} instead.
 */
@Configuration(proxyBeanMethods = false)
public class ForwardedHeadersConfiguration {

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> forwardedHeaders(ServiceProperties properties) {
        return tomcat -> {
            if (!properties.trustedProxies().isEmpty()) {
                RemoteIpValve valve = new RemoteIpValve();
                valve.setInternalProxies(String.join(",", properties.proxyNetworks()));
                valve.setPortHeader("X-Forwarded-Port");
                tomcat.addEngineValves(valve);
            }
        };
    }
}
