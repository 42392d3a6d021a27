package dev.mobilesync.testsupport;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** RabbitMQ, Redis and an object store for a test, each reached over a real socket. */
public interface TestServers extends AutoCloseable {

    /**
     * A virtual host, a Redis database and a bucket that no other test uses: on the machine's servers where there are
     * some ({@link RealServers}), or else embedded. The system property {@code test.servers} set to {@code embedded}
     * always selects the latter.
     */
    static TestServers open() {
        return areReal() ? RealServers.open() : EmbeddedServers.open();
    }

    /** Whether {@link #open} selects the machine's servers. */
    static boolean areReal() {
        return RealServers.available();
    }

    /**
     * The same, opened once and used by all test classes of this JVM one after the other. {@code close} does nothing; a
     * class calls {@link #reset} before its first test.
     */
    static TestServers shared() {
        return SharedServers.get();
    }

    /** Spring properties that point a service at these servers: {@code spring.rabbitmq.*} and the like. */
    Map<String, String> properties();

    /** Spring properties by Spring's names for the environment: {@code spring.rabbitmq.host} is {@code SPRING_RABBITMQ_HOST}. */
    static Map<String, String> environment(Map<String, String> properties) {
        Map<String, String> environment = new HashMap<>();
        properties.forEach(
                (key, value) -> environment.put(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return environment;
    }

    /** Empties the Redis database and the queues. Services that are connected stay connected. */
    void reset();

    @Override
    void close();
}
