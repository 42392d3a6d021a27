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
 * The commands {@code --erase=P001/E001} and {@code --erase=P001}, which erase the data of an examinee or a plan. They run
 * instead of the service, with its properties, and connect to Redis and the object store only. {@code mobile-sync-admin.jar
 * erase} replaces them; they will be removed in a later release.
 */
public final class EraseOption {

    /** The option, for the command line help. */
    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            "--erase=<plan>[/<examinee>]",
            "erases the data of a plan or an examinee, then exits (deprecated: mobile-sync-admin.jar erase)");

    private static final String OPTION = "--erase=";

    private EraseOption() {}

    /** Returns the option's value; empty without the option. */
    public static Optional<String> parse(String... args) {
        return CliCommand.parse(OPTION, args);
    }

    /**
     * Erases the scope.
     *
     * @param text the option's value
     * @param out receives the report
     * @param args further properties, as for the service
     * @return the exit code: 0, 1 if something could not be erased, 2 if {@code text} is invalid
     */
    public static int run(String text, PrintStream out, String... args) {
        ErasureScope scope;
        try {
            scope = ErasureScope.parse(text);
        } catch (IllegalArgumentException e) {
            out.println("usage: " + OPTION + "<plan>/<examinee> or " + OPTION + "<plan>; " + e.getMessage());
            return 2;
        }
        CliCommand.warnDeprecated(System.err, OPTION + text, "erase " + text.replace('/', ' '));
        try (ConfigurableApplicationContext context =
                        CliCommand.run(Beans.class, WebServerProperties.CONFIG_NAME, args);
                CaptureVersions captures = new CaptureVersions(
                        context.getBean(WebServerProperties.class).store())) {
            Erasure erasure = new Erasure(
                    captures, context.getBean(StringRedisTemplate.class), false, out::println, listed -> {});
            ErasureReport report = erasure.erase(scope, System.getProperty("user.name", ""));
            out.println(report.total());
            return report.remaining() == 0 ? 0 : 1;
        } catch (RuntimeException e) {
            out.println("failed; no further items were erased: " + e.getMessage());
            return 1;
        }
    }

    /** Not annotated with {@code @Configuration}, so the service's component scan skips it. */
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class
    })
    @EnableConfigurationProperties(WebServerProperties.class)
    static class Beans {}
}
