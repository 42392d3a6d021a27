package dev.mobilesync.testsupport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The machine's RabbitMQ and Redis: those that {@code SPRING_RABBITMQ_HOST}/{@code _PORT} and
 * {@code SPRING_DATA_REDIS_HOST}/{@code _PORT} name, or else the usual ports of 127.0.0.1. The object store is the one
 * that {@code MOBILE_SYNC_STORE_ENDPOINT} names, or else an embedded one.
 */
public final class RealServers implements TestServers {

    private static final String RABBIT_HOST = environment("SPRING_RABBITMQ_HOST", "127.0.0.1");
    private static final int RABBIT_PORT = Integer.parseInt(environment("SPRING_RABBITMQ_PORT", "5672"));
    private static final String REDIS_HOST = environment("SPRING_DATA_REDIS_HOST", "127.0.0.1");
    private static final int REDIS_PORT = Integer.parseInt(environment("SPRING_DATA_REDIS_PORT", "6379"));
    private static final int REDIS_DATABASES = 16;

    private final String virtualHost;
    private final boolean ownVirtualHost;
    private final int redisDatabase;
    private final TestStore store = TestStore.open();

    private RealServers(String virtualHost, boolean ownVirtualHost, int redisDatabase) {
        this.virtualHost = virtualHost;
        this.ownVirtualHost = ownVirtualHost;
        this.redisDatabase = redisDatabase;
    }

    /** Whether both servers answer. */
    public static boolean reachable() {
        return answers(RABBIT_HOST, RABBIT_PORT) && answers(REDIS_HOST, REDIS_PORT);
    }

    /**
     * Makes a virtual host (with {@code rabbitmqctl}, where the machine has it; elsewhere the one that
     * {@code SPRING_RABBITMQ_VIRTUAL_HOST} names is used) and empties a Redis database (one per process id, 1 to 15).
     *
     * @throws IllegalStateException if a server is missing
     */
    public static RealServers open() {
        if (!reachable()) {
            throw new IllegalStateException("no RabbitMQ at " + RABBIT_HOST + ":" + RABBIT_PORT + " or no Redis at "
                    + REDIS_HOST + ":" + REDIS_PORT);
        }
        String name = "test-" + UUID.randomUUID();
        boolean own =
                rabbitmqctl("add_vhost", name) && rabbitmqctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        int database = 1 + (int) (ProcessHandle.current().pid() % (REDIS_DATABASES - 1));
        RealServers servers =
                new RealServers(own ? name : environment("SPRING_RABBITMQ_VIRTUAL_HOST", "/"), own, database);
        servers.flushRedis();
        return servers;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(store.properties());
        properties.put("spring.rabbitmq.host", RABBIT_HOST);
        properties.put("spring.rabbitmq.port", Integer.toString(RABBIT_PORT));
        properties.put("spring.rabbitmq.virtual-host", virtualHost);
        properties.put("spring.data.redis.host", REDIS_HOST);
        properties.put("spring.data.redis.port", Integer.toString(REDIS_PORT));
        properties.put("spring.data.redis.database", Integer.toString(redisDatabase));
        return properties;
    }

    @Override
    public void close() {
        store.close();
        flushRedis();
        if (ownVirtualHost) {
            rabbitmqctl("delete_vhost", virtualHost);
        }
    }

    private void flushRedis() {
        try (Socket socket = new Socket(REDIS_HOST, REDIS_PORT)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("SELECT " + redisDatabase + "\r\nFLUSHDB\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("could not empty Redis database " + redisDatabase, e);
        }
    }

    private static boolean rabbitmqctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("rabbitmqctl", "-q"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
