package dev.mobilesync.testsupport;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** RabbitMQ, Redis and an object store for a test, reached over TCP. */
public interface TestServers extends AutoCloseable {

    /**
     * An exclusive virtual host, Redis database and bucket on the machine's servers ({@link RealServers}), or embedded servers
     * if there are none. The system property {@code test.servers=embedded} always selects embedded ones.
     */
    static TestServers open() {
        return areReal() ? RealServers.open() : EmbeddedServers.open();
    }

    /** Whether {@link #open} selects the machine's servers. */
    static boolean areReal() {
        return RealServers.isAvailable();
    }

    /**
     * The same, opened once and shared sequentially by all test classes of this JVM. {@code close} does nothing; each class
     * calls {@link #reset} before its first test.
     */
    static TestServers shared() {
        return SharedServers.get();
    }

    /** Spring properties that point a service at these servers: {@code spring.rabbitmq.*} and the like. */
    Map<String, String> properties();

    /** Spring properties as environment variables, such as {@code SPRING_RABBITMQ_HOST} for {@code spring.rabbitmq.host}. */
    static Map<String, String> environment(Map<String, String> properties) {
        Map<String, String> environment = new HashMap<>();
        properties.forEach(
                (key, value) -> environment.put(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return environment;
    }

    /**
     * Empties the Redis database, {@code status_queue} and its dead letters; not the queues of webhooks, whose tests open servers of
     * their own. Connected services stay connected.
     */
    void reset();

    @Override
    void close();
}
