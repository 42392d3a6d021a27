package dev.mobilesync.service.publishing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** Declares a queue and an exchange that exist with other arguments, which only RabbitMQ rejects. */
@Tag("slow")
@NeedsRealServers
@ExtendWith(OutputCaptureExtension.class)
class TopologyIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void declaresOthersAndReportsMismatchOnce(CapturedOutput output) throws Exception {
        try (RealServers servers = RealServers.open()) {
            try (Connection connection = BrokerQueues.connect(servers.properties())) {
                Channel channel = connection.createChannel();
                channel.queueDeclare(
                        AmqpNames.STATUS_QUEUE,
                        true,
                        false,
                        false,
                        Map.of("x-queue-type", "quorum", "x-max-length", 5));
                channel.exchangeDeclare(AmqpNames.BROADCAST_EXCHANGE, BuiltinExchangeType.DIRECT, true);

                try (ConfigurableApplicationContext context = start(servers.properties())) {
                    context.getBean(org.springframework.amqp.rabbit.connection.ConnectionFactory.class)
                            .createConnection();
                    TopologyHealthIndicator topology = context.getBean(TopologyHealthIndicator.class);

                    Health down = requireNonNull(topology.health());
                    assertThat(down.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(down.getDetails())
                            .containsOnlyKeys(
                                    "queue " + AmqpNames.STATUS_QUEUE, "exchange " + AmqpNames.BROADCAST_EXCHANGE);
                    assertThatCode(() -> connection.createChannel().queueDeclarePassive(AmqpNames.DEAD_LETTER_QUEUE))
                            .as("the dead-letter queue is declared nevertheless")
                            .doesNotThrowAnyException();

                    channel.queueDelete(AmqpNames.STATUS_QUEUE);
                    await().atMost(TIMEOUT)
                            .until(() -> requireNonNull(topology.health())
                                            .getDetails()
                                            .size()
                                    == 1);
                    channel.exchangeDelete(AmqpNames.BROADCAST_EXCHANGE);
                    await().atMost(TIMEOUT).until(() -> requireNonNull(topology.health())
                            .getStatus()
                            .equals(Status.UP));
                    assertThatCode(() -> connection.createChannel().queueDeclarePassive(AmqpNames.STATUS_QUEUE))
                            .doesNotThrowAnyException();
                }
            }
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("exists with other arguments")))
                .as("one line per mismatch after several checks")
                .hasSize(2)
                .anyMatch(line -> line.contains("queue status_queue exists with other arguments: x-")
                        && line.contains("delete_queue status_queue"))
                .anyMatch(line ->
                        line.contains("exchange broadcast exists with other arguments: type is direct, not fanout"));
    }

    private static ConfigurableApplicationContext start(Map<String, String> servers) {
        return new SpringApplicationBuilder(TestedBeans.class)
                .properties("spring.config.name=common-service", "server.port=0")
                .run(servers.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }

    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class TestedBeans {}
}
