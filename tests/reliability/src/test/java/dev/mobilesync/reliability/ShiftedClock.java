package dev.mobilesync.reliability;

import dev.mobilesync.state.StateManager;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts state-manager with a clock that is ahead of the machine's. */
public final class ShiftedClock {

    static final String OFFSET = "reliability.clock-offset";

    private ShiftedClock() {}

    /** @param args the arguments of state-manager; the system property {@link #OFFSET} contains the offset, such as {@code PT60S} */
    public static void main(String[] args) {
        Duration offset = Duration.parse(System.getProperty(OFFSET));
        SpringApplication.withHook(
                application -> new SpringApplicationRunListener() {
                    @Override
                    public void contextPrepared(ConfigurableApplicationContext context) {
                        context.getBeanFactory().addBeanPostProcessor(shiftingBy(offset));
                    }
                },
                () -> StateManager.main(args));
    }

    static String announcement(Duration offset) {
        return "the clock is ahead by " + offset;
    }

    private static BeanPostProcessor shiftingBy(Duration offset) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof Clock clock) {
                    System.out.println(announcement(offset));
                    return Clock.offset(clock, offset);
                }
                return bean;
            }
        };
    }
}
