package dev.mobilesync.testsupport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/**
 * Locates RabbitMQ and Redis: at {@code SPRING_RABBITMQ_HOST}/{@code _PORT} and {@code SPRING_DATA_REDIS_HOST}/{@code _PORT},
 * else at the default ports of 127.0.0.1, else in containers, which it starts and which end with this JVM.
 */
record ServerLocator(
        String rabbitHost,
        int rabbitPort,
        String redisHost,
        int redisPort,
        @Nullable GenericContainer<?> rabbitContainer) {

    private static final String RABBIT_IMAGE = "rabbitmq:4.1.4";
    private static final String REDIS_IMAGE = "redis:8.2.3";
    private static final int RABBIT_PORT = 5672;
    private static final int REDIS_PORT = 6379;
    private static @Nullable ServerLocator containers;

    /** Whether tests should call {@link #find()}: servers may be available, or tests should fail without them. */
    static boolean isAvailable() {
        ServerLocator configured = configured();
        return configured.areReachable()
                || isCi()
                || DockerClientFactory.instance().isDockerAvailable();
    }

    /**
     * Finds the machine's servers or starts containers.
     *
     * @throws IllegalStateException if neither is possible
     */
    static ServerLocator find() {
        ServerLocator configured = configured();
        if (configured.areReachable()) {
            return configured;
        }
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return inContainers();
        }
        throw new IllegalStateException(
                "no RabbitMQ at " + configured.rabbitHost + ":" + configured.rabbitPort + " or no Redis at "
                        + configured.redisHost + ":" + configured.redisPort + ", and no Docker to start them in");
    }

    static boolean isCi() {
        return "true".equals(System.getenv("CI"));
    }

    private boolean areReachable() {
        return isReachable(rabbitHost, rabbitPort) && isReachable(redisHost, redisPort);
    }

    private static ServerLocator configured() {
        return new ServerLocator(
                environment("SPRING_RABBITMQ_HOST", "127.0.0.1"),
                Integer.parseInt(environment("SPRING_RABBITMQ_PORT", Integer.toString(RABBIT_PORT))),
                environment("SPRING_DATA_REDIS_HOST", "127.0.0.1"),
                Integer.parseInt(environment("SPRING_DATA_REDIS_PORT", Integer.toString(REDIS_PORT))),
                null);
    }

    private static synchronized ServerLocator inContainers() {
        if (containers == null) {
            GenericContainer<?> rabbit = container(RABBIT_IMAGE, RABBIT_PORT);
            GenericContainer<?> redis = container(REDIS_IMAGE, REDIS_PORT);
            containers = new ServerLocator(
                    rabbit.getHost(),
                    rabbit.getMappedPort(RABBIT_PORT),
                    redis.getHost(),
                    redis.getMappedPort(REDIS_PORT),
                    rabbit);
        }
        return containers;
    }

    @SuppressWarnings("resource") // lives as long as this JVM
    private static GenericContainer<?> container(String image, int port) {
        GenericContainer<?> container = new GenericContainer<>(image).withExposedPorts(port);
        container.start();
        return container;
    }

    /** Runs {@code rabbitmqctl} on this machine or in the container; returns whether it succeeded. */
    boolean rabbitmqctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("rabbitmqctl", "-q"));
        command.addAll(List.of(arguments));
        try {
            if (rabbitContainer != null) {
                return rabbitContainer
                                .execInContainer(command.toArray(String[]::new))
                                .getExitCode()
                        == 0;
            }
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

    static boolean isReachable(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static String environment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
