package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.lifecycle.JitteredScheduler;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service, as its main method starts it, on a port of its own. */
final class StateManagerFixture implements AutoCloseable {

    private static @Nullable StateManagerFixture shared;

    private final ConfigurableApplicationContext context;

    private StateManagerFixture(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * The one with default settings on {@link TestServers#shared()}, for all classes that ask for it, until a class starts
     * another with {@link #startAlone}. Redis and the queues are empty.
     */
    static synchronized StateManagerFixture shared() {
        TestServers servers = TestServers.shared();
        servers.reset();
        StateManagerFixture open = shared;
        if (open == null) {
            open = start(servers.properties());
            shared = open;
        }
        return open;
    }

    /** Starts one after the shared one is closed, which would take messages from the same queue. */
    static synchronized StateManagerFixture startAlone(Map<String, String> settings, String... more) {
        StateManagerFixture open = shared;
        if (open != null) {
            open.close();
            shared = null;
        }
        return start(settings, more);
    }

    /**
     * Starts one beside those that run.
     *
     * @param settings as in a configuration file
     * @param more others, each as {@code --key=value}
     */
    static StateManagerFixture start(Map<String, String> settings, String... more) {
        List<String> arguments = new ArrayList<>(arguments(settings));
        arguments.addAll(List.of(more));
        arguments.add("--server.port=0");
        return new StateManagerFixture(new SpringApplicationBuilder(StateManager.class)
                .properties("spring.config.name=" + StateManager.CONFIG_NAME)
                .run(arguments.toArray(String[]::new)));
    }

    /** Those settings as on a command line. */
    static List<String> arguments(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** The examinee's record, which must be there. */
    SyncRecord record(ExamineeKey examinee) {
        return requireNonNull(bean(SyncRecordReader.class).read(examinee));
    }

    /** Of all counters of that name with those tags, the sum. */
    double counted(String name, String... tags) {
        return bean(MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /** How many messages wait to be tried again. */
    double parked() {
        return bean(MeterRegistry.class).get("mobile.sync.parked").gauge().value();
    }

    void stopDeadlineScans() {
        deadlineScans().stop();
    }

    void startDeadlineScans() {
        deadlineScans().start();
    }

    private JitteredScheduler deadlineScans() {
        return context.getBean("deadlineRounds", JitteredScheduler.class);
    }

    /** Asserts that all messages were acknowledged: without the listener, others would be in their queue again. */
    void assertAllAcknowledged(TestBroker broker) throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> parked() == 0);
        SimpleMessageListenerContainer listener = bean(SimpleMessageListenerContainer.class);
        listener.stop();
        bean(CachingConnectionFactory.class).resetConnection();
        try {
            assertThat(broker.ready(AmqpNames.STATUS_QUEUE)).isZero();
        } finally {
            listener.start();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
