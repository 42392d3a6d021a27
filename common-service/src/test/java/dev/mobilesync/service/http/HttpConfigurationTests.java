package dev.mobilesync.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

class HttpConfigurationTests {

    @Test
    void keepsTcpNoDelay() {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        new HttpConfiguration().problemErrorValve().customize(factory);
        TomcatWebServer server = (TomcatWebServer) factory.getWebServer();
        try {
            assertThat(((AbstractProtocol<?>) server.getTomcat().getConnector().getProtocolHandler()).getTcpNoDelay())
                    .isTrue();
        } finally {
            server.destroy();
        }
    }
}
