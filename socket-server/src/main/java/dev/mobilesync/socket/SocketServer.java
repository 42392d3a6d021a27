package dev.mobilesync.socket;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.http.ForwardedHeadersConfiguration;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.security.TokenConfiguration;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Connects browsers over STOMP. Sends them every change, and an examinee's browser first its current state. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@EnableConfigurationProperties(SocketServerProperties.class)
@Import({ServiceConfiguration.class, TokenConfiguration.class, ForwardedHeadersConfiguration.class})
public class SocketServer {

    /** The base name of this service's configuration file, {@code socket-server.yml}. */
    public static final String CONFIG_NAME = "socket-server";

    private static final CommandLine COMMAND_LINE = new CommandLine(
            "socket-server-exec.jar",
            "Starts socket-server: connects browsers and sends them every change.",
            List.of(),
            true,
            "");
    private static final String TOMCAT_BUFFER_SIZE = "org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE";
    private static final int BUFFER_SIZE = 1024;

    public static void main(String[] args) {
        COMMAND_LINE.check(System.out, System.err, args).ifPresent(System::exit);
        useSmallBuffers();
        new SpringApplicationBuilder(SocketServer.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }

    /**
     * Reduces Tomcat's three fixed buffers from 24 KiB to 3 KiB per WebSocket. Tomcat reads the size from a system
     * property only, and only before the first WebSocket of the JVM. A value that is already set is kept.
     */
    public static void useSmallBuffers() {
        if (System.getProperty(TOMCAT_BUFFER_SIZE) == null) {
            System.setProperty(TOMCAT_BUFFER_SIZE, Integer.toString(BUFFER_SIZE));
        }
    }
}
