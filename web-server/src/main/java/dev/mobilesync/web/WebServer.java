package dev.mobilesync.web;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.http.ForwardedHeadersConfiguration;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.lifecycle.SchedulingConfiguration;
import dev.mobilesync.service.security.TokenConfiguration;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.erasure.EraseOption;
import dev.mobilesync.web.reconciliation.SweepOption;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Receives captures from phones and orders, and publishes them. Pairs phones. Serves pictures, records and the pages. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@EnableConfigurationProperties(WebServerProperties.class)
@Import({
    ServiceConfiguration.class,
    SchedulingConfiguration.class,
    TokenConfiguration.class,
    ForwardedHeadersConfiguration.class
})
public class WebServer {

    /** The base name of the configuration file, {@code web-server.yml}. */
    public static final String CONFIG_NAME = WebServerProperties.CONFIG_NAME;

    private static final CommandLine COMMAND_LINE = new CommandLine(
            "web-server-exec.jar",
            "Starts web-server: receives captures from phones, stores them and publishes the results.",
            List.of(EraseOption.SYNTAX, SweepOption.SYNTAX),
            true,
            "");

    /** Starts the service, or runs {@code --erase=…} or {@code --sweep} and exits. */
    public static void main(String[] args) {
        COMMAND_LINE.check(System.out, System.err, args).ifPresent(System::exit);
        Optional<String> erase = EraseOption.parse(args);
        if (erase.isPresent()) {
            System.exit(EraseOption.run(erase.get(), System.out, args));
        }
        if (SweepOption.parse(args)) {
            System.exit(SweepOption.run(System.out, args));
        }
        new SpringApplicationBuilder(WebServer.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }
}
