package dev.mobilesync.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import io.lettuce.core.ClientOptions;
import java.net.Socket;
import java.time.Duration;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/**
 * No socket waits for delayed acknowledgements: Redis, the broker and Tomcat set {@code TCP_NODELAY} by default, and what
 * we configure keeps that. The connections to the object store are tested in web-server.
 */
class TcpNoDelayTests {

    private final ServiceConfiguration configuration = new ServiceConfiguration();

    @Test
    void redisConnectionsSetIt() {
        ClientOptions.Builder options = ClientOptions.builder();
        configuration.lettuceOptions().customize(options);
        assertThat(options.build().getSocketOptions().isTcpNoDelay()).isTrue();
    }

    @Test
    void brokerConnectionsSetIt() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        configuration
                .rabbitTimeouts(new ServiceConfiguration.Settings(Duration.ofSeconds(3)))
                .customize(factory);
        try (Socket socket = new Socket()) {
            factory.getSocketConfigurator().configure(socket);
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }

    @Test
    void tomcatConnectionsSetIt() {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        configuration.problemsEverywhere().customize(factory);
        TomcatWebServer server = (TomcatWebServer) factory.getWebServer();
        try {
            assertThat(((AbstractProtocol<?>) server.getTomcat().getConnector().getProtocolHandler()).getTcpNoDelay())
                    .isTrue();
        } finally {
            server.destroy();
        }
    }
}
