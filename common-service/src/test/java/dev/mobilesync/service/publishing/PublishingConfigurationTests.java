package dev.mobilesync.service.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import dev.mobilesync.service.properties.ServiceProperties;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishingConfigurationTests {

    @Test
    void keepsTcpNoDelay() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        new PublishingConfiguration()
                .rabbitTimeouts(new ServiceProperties(
                        Duration.ZERO, List.of(), "", new ServiceProperties.Broker(Duration.ofSeconds(3))))
                .customize(factory);
        try (Socket socket = new Socket()) {
            factory.getSocketConfigurator().configure(socket);
            assertThat(socket.getTcpNoDelay()).isTrue();
        }
    }
}
