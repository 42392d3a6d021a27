package dev.mobilesync.state;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Owns the state of every examinee: consumes facts and orders, writes Redis, tells everybody. */
@SpringBootApplication
public class StateManager {

    /** The name of this service's settings: {@code state-manager.yml}. */
    public static final String CONFIG_NAME = "state-manager";

    public static void main(String[] args) {
        new SpringApplicationBuilder(StateManager.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }
}
