package dev.mobilesync.standalone;

import dev.mobilesync.service.lifecycle.CommandLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Options of the command line and the environment.
 *
 * @param check whether to run the smoke test and exit
 * @param dataDirectory of the embedded servers
 * @param webPort web-server's port; never 0, like the socket port, because the pages name both
 * @param webManagementPort 0 for a free port, as for the others
 * @param managementAddress serves health and metrics of all services
 */
record Options(
        boolean check,
        Path dataDirectory,
        int webPort,
        int webManagementPort,
        int socketPort,
        int socketManagementPort,
        int statePort,
        String managementAddress,
        int brokerPort,
        int redisPort,
        int storePort) {

    /** The command that creates the {@link StartCache}. */
    static final String PREPARE = "--prepare";

    private static final String CHECK = "--check";

    static final CommandLine COMMAND_LINE = new CommandLine(
            "mobile-sync.jar",
            "Starts all of mobile-sync in one JVM, with the servers that it needs.",
            List.of(
                    new CommandLine.Command(
                            CHECK,
                            "passes a capture from a phone to two browsers, prints each stage and its time, exits with 0 or 1"),
                    new CommandLine.Command(
                            PREPARE, "creates a file beside the jar that shortens each start with this Java")),
            false,
            """

            Environment (all optional; docs/configuration.md lists the rest):
              MOBILE_SYNC_DATA          directory of the embedded servers' data, default ./data
              MOBILE_SYNC_WEB_PORT      default 8080      MOBILE_SYNC_BROKER_PORT  default 18672
              MOBILE_SYNC_SOCKET_PORT   default 8081      MOBILE_SYNC_REDIS_PORT   default 18379
              MOBILE_SYNC_STATE_PORT    default 8082      MOBILE_SYNC_STORE_PORT   default 18900
              MOBILE_SYNC_WEB_MANAGEMENT_PORT  9080       MOBILE_SYNC_SOCKET_MANAGEMENT_PORT  9081
              MOBILE_SYNC_MANAGEMENT_ADDRESS   address of the management ports, default 127.0.0.1
            """);

    /**
     * Reads the command line and the environment.
     *
     * @param arguments accepted by {@link #COMMAND_LINE}
     * @throws IllegalArgumentException with a message for the user
     */
    static Options of(List<String> arguments, Map<String, String> environment) {
        boolean check = arguments.contains(CHECK);
        Path data = Path.of(environment.getOrDefault("MOBILE_SYNC_DATA", "data"))
                .toAbsolutePath()
                .normalize();
        return new Options(
                check,
                data,
                chosen(port(environment, check, "WEB", 8080)),
                port(environment, check, "WEB_MANAGEMENT", 9080),
                chosen(port(environment, check, "SOCKET", 8081)),
                port(environment, check, "SOCKET_MANAGEMENT", 9081),
                port(environment, check, "STATE", 8082),
                environment.getOrDefault("MOBILE_SYNC_MANAGEMENT_ADDRESS", "127.0.0.1"),
                port(environment, check, "BROKER", 18672),
                port(environment, check, "REDIS", 18379),
                port(environment, check, "STORE", 18900));
    }

    private static int chosen(int port) {
        if (port != 0) {
            return port;
        }
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The smoke test uses free ports, so that it can run beside other instances. */
    private static int port(Map<String, String> environment, boolean check, String name, int defaultPort) {
        String key = "MOBILE_SYNC_" + name + "_PORT";
        String value = environment.get(key);
        if (value == null || value.isBlank()) {
            return check ? 0 : defaultPort;
        }
        try {
            int port = Integer.parseInt(value.strip());
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // reported below, like a number out of range
        }
        throw new IllegalArgumentException(key + " must be a port number, 0 to 65535");
    }
}
