package dev.mobilesync.state.transition;

import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.state.record.RedisClock;
import dev.mobilesync.state.record.ReplicationBarrier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TransitionConfiguration {

    @Bean
    StateService stateService(
            RecordStore recordStore,
            ReplicationBarrier replicationBarrier,
            ConfirmedPublisher publisher,
            RedisClock clock,
            ObjectProvider<SyncTimeout> sandbox,
            StateManagerProperties properties) {
        SyncTimeout syncTimeout = sandbox.getIfAvailable(() -> examinee -> properties.syncTimeout());
        return new StateService(recordStore, replicationBarrier, new SyncStateMachine(syncTimeout), publisher, clock);
    }
}
