package dev.mobilesync.state.timeout;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class TimeoutConfiguration {

    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);

    @Bean
    TimeoutProcessor timeoutProcessor(
            DeadlineStore deadlineStore,
            StateService stateService,
            RedisClock clock,
            StateManagerProperties properties,
            MeterRegistry meters) {
        return new TimeoutProcessor(deadlineStore, stateService, clock, properties.deadlineLeaseTtl(), meters);
    }

    @Bean
    OverdueDeadlines overdueDeadlines(
            DeadlineStore deadlineStore, TimeoutProcessor timeoutProcessor, RedisClock clock, MeterRegistry meters) {
        return new OverdueDeadlines(deadlineStore, timeoutProcessor, clock, meters);
    }

    @Bean
    TriggerTask overdueSample(OverdueDeadlines overdueDeadlines) {
        return new TriggerTask(overdueDeadlines::sample, new JitteredTrigger(SAMPLE_INTERVAL));
    }

    @Bean
    TriggerTask deadlineScan(TimeoutProcessor timeoutProcessor, StateManagerProperties properties) {
        return new TriggerTask(timeoutProcessor::runOnce, new JitteredTrigger(properties.deadlineScanInterval()));
    }
}
