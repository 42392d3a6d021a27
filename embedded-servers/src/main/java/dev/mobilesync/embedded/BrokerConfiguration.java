package dev.mobilesync.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.qpid.server.model.SystemConfig;

/**
 * What Qpid Broker-J is told at its start. It reads its configuration and its system properties from addresses only, and its own {@code classpath:}
 * addresses do not resolve in an executable jar, so both are written to files.
 */
record BrokerConfiguration(String store, int port) {

    private static final String CONFIGURATION_FILE = "broker.json";
    private static final String PROPERTIES_FILE = "broker.properties";

    private static final String CONFIGURATION = """
            {
              "name": "mobile-sync",
              "modelVersion": "9.1",
              "context": {
                "broker.failStartupWithErroredChild": "true",
                "broker.failStartupWithErroredChildScope": "ALL",
                "store.filesystem.maxUsagePercent": "0",
                "queue.behaviourOnUnknownDeclareArgument": "LOG",
                "exchange.behaviourOnUnknownDeclareArgument": "LOG",
                "queue.maximumDeliveryAttempts": "1",
                "virtualhost.connectionThreadPool.size": "16",
                "virtualhost.connectionThreadPool.numberOfSelectors": "2",
                "virtualhost.housekeepingThreadCount": "1"
              },
              "authenticationproviders": [ {
                "name": "plain",
                "type": "Plain",
                "secureOnlyMechanisms": [],
                "users": [ { "name": "%s", "type": "managed", "password": "%s" } ]
              } ],
              "ports": [ {
                "name": "amqp",
                "type": "AMQP",
                "bindingAddress": "%s",
                "port": %d,
                "protocols": [ "AMQP_0_9_1" ],
                "authenticationProvider": "plain",
                "virtualhostaliases": [
                  { "name": "defaultAlias", "type": "defaultAlias" },
                  { "name": "nameAlias", "type": "nameAlias" }
                ]
              } ],
              "virtualhostnodes": [ {
                "name": "default",
                "type": "%s",
                "storePath": "${qpid.work_dir}",
                "defaultVirtualHostNode": "true",
                "virtualHostInitialConfiguration": "{ \\"type\\": \\"%s\\" }"
              } ]
            }
            """;

    static BrokerConfiguration durable(int port) {
        return new BrokerConfiguration("DERBY", port);
    }

    static BrokerConfiguration inMemory(int port) {
        return new BrokerConfiguration("Memory", port);
    }

    /** Writes the files and answers the attributes for the launcher. */
    Map<String, Object> write(Path directory) throws IOException {
        String virtualHost = store.equals("Memory") ? "Memory" : "PROVIDED";
        Path configuration = Files.writeString(
                directory.resolve(CONFIGURATION_FILE),
                CONFIGURATION.formatted(
                        EmbeddedBroker.USERNAME, EmbeddedBroker.PASSWORD, Loopback.HOST, port, store, virtualHost));
        // Else it logs every connection, channel and queue.
        Path properties = Files.writeString(
                directory.resolve(PROPERTIES_FILE), SystemConfig.PROPERTY_STATUS_UPDATES + "=false\n");
        return Map.of(
                SystemConfig.TYPE,
                "Memory",
                SystemConfig.CONTEXT,
                Map.of(SystemConfig.QPID_WORK_DIR, directory.toString()),
                SystemConfig.INITIAL_CONFIGURATION_LOCATION,
                configuration.toUri().toString(),
                SystemConfig.INITIAL_SYSTEM_PROPERTIES_LOCATION,
                properties.toUri().toString(),
                SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
                "false",
                "preferenceStoreAttributes",
                "{\"type\": \"Noop\"}");
    }

    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(CONFIGURATION_FILE));
        Files.deleteIfExists(directory.resolve(PROPERTIES_FILE));
    }
}
