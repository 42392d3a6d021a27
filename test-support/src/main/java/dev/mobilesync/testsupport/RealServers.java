package dev.mobilesync.testsupport;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A real RabbitMQ and a real Redis ({@link ServerMachine} says whose), with a virtual host and an emptied Redis database
 * for this test alone. The object store is the one that {@code MOBILE_SYNC_STORE_ENDPOINT} names, or else an embedded one.
 */
public final class RealServers implements TestServers {

    private static final int REDIS_DATABASES = 16;

    private final ServerMachine machine;
    private final String virtualHost;
    private final boolean ownVirtualHost;
    private final int redisDatabase;
    private final TestStore store;

    private RealServers(ServerMachine machine, String virtualHost, boolean ownVirtualHost, int redisDatabase) {
        this.machine = machine;
        this.virtualHost = virtualHost;
        this.ownVirtualHost = ownVirtualHost;
        this.redisDatabase = redisDatabase;
        this.store = TestStore.open();
    }

    /**
     * Makes the virtual host (where {@code rabbitmqctl} can; elsewhere the one that {@code SPRING_RABBITMQ_VIRTUAL_HOST}
     * names is used) and empties the database (one per process id, 1 to 15).
     *
     * @throws IllegalStateException if there are no servers to be had; see {@link NeedsRealServers}
     */
    public static RealServers open() {
        ServerMachine machine = ServerMachine.find();
        String name = "test-" + UUID.randomUUID();
        boolean own = machine.rabbitmqctl("add_vhost", name)
                && machine.rabbitmqctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        int database = 1 + (int) (ProcessHandle.current().pid() % (REDIS_DATABASES - 1));
        RealServers servers = new RealServers(
                machine, own ? name : ServerMachine.environment("SPRING_RABBITMQ_VIRTUAL_HOST", "/"), own, database);
        servers.flushRedis();
        return servers;
    }

    /** For {@link NeedsRealServers}. */
    static boolean available() {
        return ServerMachine.available();
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(store.properties());
        properties.put("spring.rabbitmq.host", machine.rabbitHost());
        properties.put("spring.rabbitmq.port", Integer.toString(machine.rabbitPort()));
        properties.put("spring.rabbitmq.virtual-host", virtualHost);
        properties.put("spring.data.redis.host", machine.redisHost());
        properties.put("spring.data.redis.port", Integer.toString(machine.redisPort()));
        properties.put("spring.data.redis.database", Integer.toString(redisDatabase));
        return properties;
    }

    @Override
    public void close() {
        store.close();
        flushRedis();
        if (ownVirtualHost) {
            machine.rabbitmqctl("delete_vhost", virtualHost);
        }
    }

    private void flushRedis() {
        try (Socket socket = new Socket(machine.redisHost(), machine.redisPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("SELECT " + redisDatabase + "\r\nFLUSHDB\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("could not empty Redis database " + redisDatabase, e);
        }
    }
}
