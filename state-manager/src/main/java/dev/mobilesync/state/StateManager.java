package dev.mobilesync.state;

import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.state.deadletter.DeadLettersOption;
import java.util.Optional;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Owns the state of every examinee: consumes the messages of {@code status_queue}, writes records to Redis and broadcasts each change. */
@SpringBootApplication
public class StateManager {

    /** Base name of the configuration file {@code state-manager.yml}. */
    public static final String CONFIG_NAME = "state-manager";

    private static final CommandLine COMMAND_LINE = new CommandLine(
            "state-manager-exec.jar",
            "Starts state-manager: keeps the state of every examinee and publishes each change.",
            DeadLettersOption.SYNTAX,
            true,
            "");

    /** Starts the service. With {@code --dead-letters=…} or {@code --webhook-dead-letters=…}, lists or replays the dead letters instead. */
    public static void main(String[] args) {
        COMMAND_LINE.check(System.out, System.err, args).ifPresent(System::exit);
        Optional<DeadLettersOption> deadLetters = DeadLettersOption.parse(args);
        if (deadLetters.isPresent()) {
            System.exit(deadLetters.get().run(CONFIG_NAME, System.out, args));
        }
        new SpringApplicationBuilder(StateManager.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }
}
