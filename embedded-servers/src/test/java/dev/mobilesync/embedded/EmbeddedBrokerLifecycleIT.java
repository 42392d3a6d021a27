package dev.mobilesync.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Restarts, shutdown and the data directory of the embedded broker. */
@Tag("slow")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedBrokerLifecycleIT extends EmbeddedBrokerFixture {

    @Test
    void keepsDurableStateAcrossRestart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.exchangeDeclare("broadcast", "fanout", true);
            channel.queueBind(QUEUE, "broadcast", "");
            publish(channel, "", QUEUE, "first");
            publish(channel, "broadcast", "", "second");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = confirming(connection)) {
            channel.queueDeclare(QUEUE, true, false, false, null);
            channel.exchangeDeclare("broadcast", "fanout", true);
            publish(channel, "broadcast", "", "third");

            assertThat(consume(channel)).isEqualTo("first");
            assertThat(consume(channel)).isEqualTo("second");
            assertThat(consume(channel)).isEqualTo("third");
            assertThat(channel.basicGet(QUEUE, true)).isNull();
        }
    }

    @Test
    void keepsConfirmedMessagesWhenJvmIsKilled() throws Exception {
        try (ChildJvm child = ChildJvm.start(Publisher.class, dir)) {
            child.awaitLine("confirmed");
            assertThatThrownBy(() -> EmbeddedBroker.start(dir, 0))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("in use by process " + child.pid());
            child.kill();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0);
                Connection connection = connect(broker);
                Channel channel = connection.createChannel()) {
            assertThat(consume(channel)).isEqualTo("before the kill");
        }
    }

    @Test
    void servesDuringJvmShutdown() throws Exception {
        try (ChildJvm child = ChildJvm.start(LatePublisher.class, dir)) {
            assertThat(child.awaitLine("published")).isEqualTo("200");
            assertThat(child.awaitExit()).isZero();
        }
    }

    @Test
    void rejectsDirectoryInUse() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0)) {
            StartFailures.assertNamesDirectoryInUse("broker", dir, () -> EmbeddedBroker.start(dir, 0));
            assertThatThrownBy(() -> EmbeddedBroker.start(dir, 0)).isInstanceOf(EmbeddedServerException.class);
            connect(broker).close();
        }
        EmbeddedBroker.start(dir, 0).close();
    }

    @Test
    void namesPortInUse() throws Exception {
        StartFailures.assertNamesPortInUse("broker", port -> EmbeddedBroker.start(dir, port));
    }

    @Test
    void writesNothingOutsideItsDirectory() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(dir, 0)) {
            connect(broker).close();
        }
        assertThat(Path.of("derby.log")).doesNotExist();
        assertThat(Path.of("work")).doesNotExist();
    }

    /** Publishes one message, reports it, and waits to be killed. */
    static final class Publisher {

        public static void main(String[] args) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), 0);
            Channel channel = confirming(connect(broker));
            channel.queueDeclare(QUEUE, true, false, false, null);
            publish(channel, "", QUEUE, "before the kill");
            System.out.println("confirmed");
        }
    }

    /** Exits at once, and publishes during its shutdown. */
    static final class LatePublisher {

        public static void main(String[] args) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), 0);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> publishAndClose(broker)));
            System.exit(0);
        }

        private static void publishAndClose(EmbeddedBroker broker) {
            try (broker) {
                int published = 0;
                for (int connections = 0; connections < 40; connections++) {
                    try (Connection connection = connect(broker);
                            Channel channel = confirming(connection)) {
                        channel.queueDeclare(QUEUE, true, false, false, null);
                        for (int i = 0; i < 5; i++) {
                            publish(channel, "", QUEUE, "late");
                            published++;
                        }
                    }
                }
                System.out.println("published " + published);
            } catch (Exception e) {
                System.out.println("published " + e);
            }
        }
    }
}
