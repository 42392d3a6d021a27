package dev.mobilesync.service.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PublishingConfigurationTests {

    @Test
    void keepsTcpNoDelay() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        new PublishingConfiguration()
                .rabbitTimeouts(new BrokerProperties(Duration.ofSeconds(3)))
                .customize(factory);
        try (Socket socket = new Socket()) {
            factory.getSocketConfigurator().configure(socket);
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }
}
