package dev.mobilesync.socket;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.security.TokenConfiguration;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Connects browsers over STOMP. Sends them every change, and an examinee's browser and phone first the current state. */
@SpringBootApplication(
        exclude = {
            ReactiveManagementWebSecurityAutoConfiguration.class,
            ReactiveOAuth2ResourceServerAutoConfiguration.class,
            ReactiveUserDetailsServiceAutoConfiguration.class,
            ReactiveWebSecurityAutoConfiguration.class,
            TomcatReactiveManagementContextAutoConfiguration.class,
            TomcatReactiveWebServerAutoConfiguration.class
        })
@EnableConfigurationProperties(SocketServerProperties.class)
@Import({ServiceConfiguration.class, TokenConfiguration.class})
public class SocketServer {

    /** The base name of this service's configuration file, {@code socket-server.yml}. */
    public static final String CONFIG_NAME = "socket-server";

    private static final CommandLine COMMAND_LINE = new CommandLine(
            "socket-server-exec.jar",
            "Starts socket-server: connects browsers and sends them every change.",
            List.of(),
            true,
            "");

    public static void main(String[] args) {
        COMMAND_LINE.check(System.out, System.err, args).ifPresent(System::exit);
        new SpringApplicationBuilder(SocketServer.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }
}
