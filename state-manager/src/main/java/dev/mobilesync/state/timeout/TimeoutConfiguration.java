package dev.mobilesync.state.timeout;

import dev.mobilesync.service.lifecycle.JitteredScheduler;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TimeoutConfiguration {

    @Bean
    TimeoutProcessor timeoutProcessor(
            DeadlineStore deadlineStore,
            StateService stateService,
            RedisClock clock,
            StateManagerProperties properties,
            MeterRegistry meters) {
        return new TimeoutProcessor(deadlineStore, stateService, clock, properties.timeoutLease(), meters);
    }

    @Bean
    JitteredScheduler timeoutScheduler(TimeoutProcessor timeoutProcessor, StateManagerProperties properties) {
        return new JitteredScheduler("deadlines", properties.pauses().deadlineScan(), timeoutProcessor::runOnce);
    }
}
