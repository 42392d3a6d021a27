package dev.mobilesync.state.sandbox;

import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.service.sandbox.ConditionalOnSandbox;
import dev.mobilesync.service.sandbox.SandboxIds;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.listener.StateChangeFaultInjector;
import dev.mobilesync.state.transition.SyncTimeout;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The faults that an examinee's id can request of state-manager (docs/integration.md). */
@Configuration(proxyBeanMethods = false)
@ConditionalOnSandbox
class SandboxConfiguration {

    static final Duration TIMEOUT = Duration.ofSeconds(3);

    @Bean
    SandboxIds sandboxIds(ServiceProperties properties) {
        return new SandboxIds(properties.sandboxPrefix());
    }

    @Bean
    SyncTimeout sandboxTimeout(SandboxIds sandboxIds, StateManagerProperties properties) {
        return examinee -> sandboxIds.isRequested(examinee, "timeout") ? TIMEOUT : properties.syncTimeout();
    }

    @Bean
    StateChangeFaultInjector sandboxDelay(SandboxIds sandboxIds) {
        return examinee -> sandboxIds.isRequested(examinee, "state-change-failed");
    }
}
