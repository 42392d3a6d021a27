package dev.mobilesync.state.reconciliation;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.state.StateManagerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class ReconciliationConfiguration {

    @Bean
    TriggerTask sweep(StateReconciler stateReconciler, StateManagerProperties properties) {
        return new TriggerTask(stateReconciler::runOnce, new JitteredTrigger(properties.sweepInterval()));
    }
}
