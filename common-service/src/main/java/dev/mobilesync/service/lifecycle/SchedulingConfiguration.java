package dev.mobilesync.service.lifecycle;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.TriggerTask;

/** Runs all {@link TriggerTask} beans. They start after everything else has started. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
public class SchedulingConfiguration {

    @Bean
    SchedulingConfigurer schedule(List<TriggerTask> tasks) {
        return registrar -> tasks.forEach(registrar::addTriggerTask);
    }

    /** When the shutdown begins, interrupts current runs and starts no others. Spring awaits their end before beans stop. */
    @EventListener
    void stopRuns(ContextClosedEvent event) {
        event.getApplicationContext()
                .getBean(ThreadPoolTaskScheduler.class)
                .getScheduledExecutor()
                .shutdownNow();
    }
}
