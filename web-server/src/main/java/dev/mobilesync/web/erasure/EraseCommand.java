package dev.mobilesync.web.erasure;

import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import java.io.PrintStream;
import java.util.Optional;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * {@code --erase=P001/E001} (an examinee) and {@code --erase=P001} (a plan): does that instead of starting the service.
 * It reaches Redis and the object store with the service's own settings, and nothing else.
 */
public final class EraseCommand {

    /** How it is given on the command line. */
    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            "--erase=<plan>[/<examinee>]", "erases a plan or one of its examinees, instead of starting the service");

    private static final String OPTION = "--erase=";

    private EraseCommand() {}

    /** Whom the arguments want erased, if anybody. */
    public static Optional<String> parse(String... args) {
        return CliCommand.parse(OPTION, args);
    }

    /**
     * Does it and prints to {@code out}.
     *
     * @param args further settings, as the service takes them
     * @return the exit code: 0, 1 if something could not be erased, 2 if {@code whom} is neither
     */
    public static int run(String whom, PrintStream out, String... args) {
        ErasureScope scope;
        try {
            scope = ErasureScope.parse(whom);
        } catch (IllegalArgumentException e) {
            out.println("usage: " + OPTION + "<plan>/<examinee> or " + OPTION + "<plan>; " + e.getMessage());
            return 2;
        }
        try (ConfigurableApplicationContext context =
                        CliCommand.start(Parts.class, WebServerProperties.CONFIG_NAME, args);
                CaptureVersions pictures = new CaptureVersions(
                        context.getBean(WebServerProperties.class).store())) {
            Erasure erasure = new Erasure(
                    new CaptureErasure(pictures),
                    new RedisErasure(context.getBean(StringRedisTemplate.class)),
                    new ErasureReport(out));
            return erasure.erase(scope, System.getProperty("user.name", "")) ? 0 : 1;
        } catch (RuntimeException e) {
            out.println("failed: nothing more was erased: " + e.getMessage());
            return 1;
        }
    }

    /** Not found by the service's own scan for configurations. */
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class
    })
    @EnableConfigurationProperties(WebServerProperties.class)
    static class Parts {}
}
