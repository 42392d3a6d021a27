package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.scheduling.config.TriggerTask;

/** The service on a random port, started as by its main method. */
public final class StateManagerFixture implements AutoCloseable {

    private static @Nullable StateManagerFixture shared;

    private final ConfigurableApplicationContext context;
    private @Nullable ScheduledFuture<?> deadlineScans;

    private StateManagerFixture(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Returns the shared instance with default settings on {@link TestServers#shared()}. It runs until a class starts a
     * different one with {@link #startAlone}. Redis and the queues are empty.
     */
    public static synchronized StateManagerFixture shared() {
        TestServers servers = TestServers.shared();
        servers.reset();
        StateManagerFixture open = shared;
        if (open == null) {
            open = start(servers.properties());
            shared = open;
        }
        return open;
    }

    /** Closes the shared instance, which consumes the same queue, and starts a new one. */
    public static synchronized StateManagerFixture startAlone(Map<String, String> settings, String... more) {
        StateManagerFixture open = shared;
        if (open != null) {
            open.close();
            shared = null;
        }
        return start(settings, more);
    }

    /**
     * Starts a further instance.
     *
     * @param settings as in a configuration file
     * @param more further settings, each as {@code --key=value}
     */
    public static StateManagerFixture start(Map<String, String> settings, String... more) {
        List<String> arguments = new ArrayList<>(arguments(settings));
        arguments.addAll(List.of(more));
        arguments.add("--server.port=0");
        return new StateManagerFixture(new SpringApplicationBuilder(StateManager.class)
                .properties("spring.config.name=" + StateManager.CONFIG_NAME)
                .run(arguments.toArray(String[]::new)));
    }

    /** Returns the settings as command-line arguments. */
    public static List<String> arguments(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> Map<String, T> beans(Class<T> type) {
        return context.getBeansOfType(type);
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Returns the examinee's record, which must exist. */
    public SyncRecord record(ExamineeKey examinee) {
        return requireNonNull(bean(SyncRecordReader.class).read(examinee));
    }

    /** Returns the sum of all counters with the given name and tags. */
    public double sumOfCounters(String name, String... tags) {
        return bean(MeterRegistry.class).find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    public double pendingRetries() {
        return gauge("mobile.sync.pending.retries");
    }

    public double gauge(String name, String... tags) {
        return bean(MeterRegistry.class).get(name).tags(tags).gauge().value();
    }

    public Timer timer(String name) {
        return bean(MeterRegistry.class).get(name).timer();
    }

    /** Stops the scans, and waits for the end of a current one. */
    public void stopDeadlineScans() {
        if (deadlineScans == null) {
            bean(ScheduledTaskHolder.class).getScheduledTasks().stream()
                    .filter(task -> task.getTask().equals(deadlineScan()))
                    .forEach(task -> task.cancel(false));
        } else {
            deadlineScans.cancel(false);
        }
        await().until(() -> bean(ThreadPoolTaskScheduler.class).getActiveCount() == 0);
    }

    public void startDeadlineScans() {
        deadlineScans = bean(TaskScheduler.class)
                .schedule(deadlineScan().getRunnable(), deadlineScan().getTrigger());
    }

    private TriggerTask deadlineScan() {
        return context.getBean("deadlineScan", TriggerTask.class);
    }

    /** Asserts that all messages are acknowledged: stops the listener, which requeues the others. */
    public void assertAllAcknowledged(StatusQueueClient broker) throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> pendingRetries() == 0);
        stopListener();
        bean(CachingConnectionFactory.class).resetConnection();
        try {
            assertThat(broker.ready(AmqpNames.STATUS_QUEUE)).isZero();
        } finally {
            startListener();
        }
    }

    /** Stops consuming, as the end of the service does: after the messages in process. */
    public void stopListener() {
        context.getBean("statusQueueListener", Lifecycle.class).stop();
        bean(SimpleMessageListenerContainer.class).stop();
    }

    public void startListener() {
        bean(SimpleMessageListenerContainer.class).start();
        Lifecycle listener = context.getBean("statusQueueListener", Lifecycle.class);
        if (!listener.isRunning()) {
            listener.start();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
