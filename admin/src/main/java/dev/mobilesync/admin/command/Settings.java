package dev.mobilesync.admin.command;

import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.web.WebServer;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The settings of the services, from the same sources: the environment, their configuration files, and arguments.
 *
 * @param arguments such as {@code --spring.rabbitmq.host=rabbitmq}
 */
public record Settings(List<String> arguments) {

    /** Without the files of socket-server, whose settings of Spring differ. */
    private static final String CONFIG_NAMES = WebServer.CONFIG_NAME + "," + StateManager.CONFIG_NAME;

    /** No report and no stack trace of an invalid setting: {@link Failures} describes it in a line. */
    private static final List<String> QUIET = List.of(
            "--logging.level.org.springframework.boot.diagnostics=off",
            "--logging.level.org.springframework.boot.SpringApplication=off",
            "--logging.level.org.springframework.context=error");

    /**
     * Starts a context that connects to no server yet. The caller closes it.
     *
     * @param parts the configuration class that the command needs, see {@link CliCommand#run}
     * @throws RuntimeException Spring's exception if a setting is invalid
     */
    public ConfigurableApplicationContext start(Class<?> parts) {
        return CliCommand.run(
                parts,
                CONFIG_NAMES,
                Stream.concat(QUIET.stream(), arguments.stream()).toArray(String[]::new));
    }
}
