package dev.mobilesync.standalone;

import dev.mobilesync.service.lifecycle.ConcurrentStartup;
import dev.mobilesync.socket.SocketServer;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.web.WebServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The three services, each in a separate Spring context. */
record Services(
        ConfigurableApplicationContext web, ConfigurableApplicationContext state, ConfigurableApplicationContext socket)
        implements AutoCloseable {

    /**
     * Starts the services concurrently.
     *
     * @param properties for all services; they override the environment
     * @throws RuntimeException if a service does not start; the others are then stopped
     */
    static Services start(Options options, Map<String, String> properties) {
        List<ConfigurableApplicationContext> started = StartupTasks.join(
                List.of(
                        start(
                                WebServer.class,
                                WebServer.CONFIG_NAME,
                                properties,
                                ports(options, options.webPort(), options.webManagementPort())),
                        start(StateManager.class, StateManager.CONFIG_NAME, properties, statePort(options)),
                        start(
                                SocketServer.class,
                                SocketServer.CONFIG_NAME,
                                properties,
                                ports(options, options.socketPort(), options.socketManagementPort()))),
                ConfigurableApplicationContext::close);
        return new Services(started.get(0), started.get(1), started.get(2));
    }

    private static Map<String, String> ports(Options options, int port, int managementPort) {
        return Map.of(
                "server.port", Integer.toString(port),
                "management.server.port", Integer.toString(managementPort),
                "management.server.address", options.managementAddress());
    }

    /** state-manager has one port, for health and metrics only. */
    private static Map<String, String> statePort(Options options) {
        return Map.of(
                "server.port", Integer.toString(options.statePort()),
                "server.address", options.managementAddress());
    }

    private static CompletableFuture<ConfigurableApplicationContext> start(
            Class<?> service, String configName, Map<String, String> shared, Map<String, String> own) {
        Map<String, String> properties = new HashMap<>(shared);
        properties.putAll(own);
        properties.put("spring.config.name", configName);
        String[] arguments = properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
        return StartupTasks.startService(
                configName,
                () -> ConcurrentStartup.run(
                        new SpringApplicationBuilder(service)
                                .registerShutdownHook(false)
                                .logStartupInfo(false),
                        arguments));
    }

    int webPort() {
        return port(web, "local.server.port");
    }

    int webManagementPort() {
        return port(web, "local.management.port");
    }

    int socketPort() {
        return port(socket, "local.server.port");
    }

    int socketManagementPort() {
        return port(socket, "local.management.port");
    }

    int statePort() {
        return port(state, "local.server.port");
    }

    private static int port(ConfigurableApplicationContext service, String property) {
        return service.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    /** Stops the services in the order in which a capture passes them, so that captures in flight complete. */
    @Override
    public void close() {
        web.close();
        state.close();
        socket.close();
    }
}
