package dev.mobilesync.state.reconciliation;

import dev.mobilesync.service.lifecycle.JitteredTrigger;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RecordStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.config.TriggerTask;

@Configuration(proxyBeanMethods = false)
class ReconciliationConfiguration {

    @Bean
    StateReconciler stateReconciler(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            RecordStore recordStore,
            DeadlineStore deadlineStore,
            MeterRegistry meters) {
        return new StateReconciler(redis, recordReader, recordStore, deadlineStore, meters);
    }

    @Bean
    TriggerTask sweep(StateReconciler stateReconciler, StateManagerProperties properties) {
        return new TriggerTask(stateReconciler::runOnce, new JitteredTrigger(properties.sweepInterval()));
    }
}
