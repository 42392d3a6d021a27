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

/** Connects browsers over STOMP: fans out every change, and shows the current state first. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@EnableConfigurationProperties({SocketServerProperties.class, SocketLimits.class})
@Import({ServiceConfiguration.class, TokenConfiguration.class, ForwardedHeadersConfiguration.class})
public class SocketServer {

    /** The name of this service's settings: {@code socket-server.yml}. */
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
     * Makes Tomcat take 3 KiB per WebSocket for its three fixed buffers instead of 24 KiB. It knows no other way than
     * this system property, which must be set before the first WebSocket of the JVM; one that is set already stays.
     */
    public static void useSmallBuffers() {
        if (System.getProperty(TOMCAT_BUFFER_SIZE) == null) {
            System.setProperty(TOMCAT_BUFFER_SIZE, Integer.toString(BUFFER_SIZE));
        }
    }
}
