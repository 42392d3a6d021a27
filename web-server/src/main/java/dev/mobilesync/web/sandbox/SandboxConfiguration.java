package dev.mobilesync.web.sandbox;

import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.service.sandbox.ConditionalOnSandbox;
import dev.mobilesync.service.sandbox.SandboxIds;
import dev.mobilesync.web.capture.CaptureController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.handler.MappedInterceptor;

@Configuration(proxyBeanMethods = false)
@ConditionalOnSandbox
class SandboxConfiguration {

    private static final String[] REQUESTS = {"/api/v1/plans/{planId}/examinees/{examineeId}/**"};
    private static final String[] UPLOADS = {CaptureController.UPLOADS};

    @Bean
    SandboxFaultInjector sandboxFaultInjector(ServiceProperties properties) {
        return new SandboxFaultInjector(new SandboxIds(properties.sandboxPrefix()));
    }

    @Bean
    MappedInterceptor sandboxInterceptor(SandboxFaultInjector sandboxFaultInjector) {
        return new MappedInterceptor(REQUESTS, UPLOADS, sandboxFaultInjector);
    }
}
