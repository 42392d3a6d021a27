package dev.mobilesync.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.scheduling.config.TriggerTask;
import org.springframework.scheduling.support.SimpleTriggerContext;

class SchedulingConfigurationTests {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean overlapped = new AtomicBoolean();

    @Test
    void continuesAfterFailedRun() {
        context(INTERVAL, () -> {
                    runs.incrementAndGet();
                    throw new IllegalStateException("a defect");
                })
                .run(context -> await().until(() -> runs.get() >= 3));
    }

    @Test
    void runsDoNotOverlap() {
        context(Duration.ofMillis(2), () -> {
                    overlapped.compareAndSet(false, running.incrementAndGet() > 1);
                    runs.incrementAndGet();
                    running.decrementAndGet();
                })
                .run(context -> await().until(() -> runs.get() >= 50));
        assertThat(overlapped).isFalse();
    }

    @Test
    void interruptsRunAtShutdown() {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        context(INTERVAL, () -> {
                    runs.incrementAndGet();
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                    }
                })
                .run(context -> {
                    started.await();
                    context.getSourceApplicationContext().close();
                    assertThat(interrupted).as("ended before the shutdown did").isTrue();
                    await().during(INTERVAL.multipliedBy(3)).until(() -> runs.get() == 1);
                });
    }

    @Test
    void pauseHasJitter() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        SimpleTriggerContext context = new SimpleTriggerContext(Clock.fixed(now, ZoneOffset.UTC));
        Set<@Nullable Instant> times = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            times.add(new JitteredTrigger(Duration.ofSeconds(4)).nextExecution(context));
        }
        assertThat(times).hasSizeGreaterThan(10).allSatisfy(time -> assertThat(time)
                .isBetween(now.plusSeconds(3), now.plusSeconds(5)));
    }

    @Test
    void zeroIntervalDisablesTask() {
        context(Duration.ZERO, runs::incrementAndGet)
                .run(context -> await().during(INTERVAL.multipliedBy(3)).until(() -> runs.get() == 0));
    }

    private static ApplicationContextRunner context(Duration interval, Runnable task) {
        return new ApplicationContextRunner()
                .withPropertyValues("spring.task.scheduling.pool.size=2")
                .withConfiguration(AutoConfigurations.of(TaskSchedulingAutoConfiguration.class))
                .withUserConfiguration(SchedulingConfiguration.class)
                .withBean(TriggerTask.class, () -> new TriggerTask(task, new JitteredTrigger(interval)));
    }
}
