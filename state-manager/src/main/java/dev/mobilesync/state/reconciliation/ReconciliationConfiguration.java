package dev.mobilesync.state.reconciliation;

import dev.mobilesync.service.lifecycle.JitteredScheduler;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RecordStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

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
    JitteredScheduler reconciliationScheduler(StateReconciler stateReconciler, StateManagerProperties properties) {
        return new JitteredScheduler("reconciliation", properties.sweepInterval(), stateReconciler::runOnce);
    }
}
