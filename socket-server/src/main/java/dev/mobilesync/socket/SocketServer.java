package dev.mobilesync.socket;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Connects browsers over STOMP: fans out every change, and shows the current state first. */
@SpringBootApplication
public class SocketServer {

    /** The name of this service's settings: {@code socket-server.yml}. */
    public static final String CONFIG_NAME = "socket-server";

    public static void main(String[] args) {
        new SpringApplicationBuilder(SocketServer.class)
                .properties("spring.config.name=" + CONFIG_NAME)
                .run(args);
    }
}
