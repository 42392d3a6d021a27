package dev.mobilesync.testsupport;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The servers that a test runs against, all of them reached over real sockets. Each test class gets names of its own (a
 * RabbitMQ virtual host, a Redis database, a bucket), so that what it leaves disturbs nobody.
 */
public interface TestServers extends AutoCloseable {

    /** Spring properties that point a service at these servers: {@code spring.rabbitmq.*} and the like. */
    Map<String, String> properties();

    /** Spring properties by Spring's names for the environment: {@code spring.rabbitmq.host} is {@code SPRING_RABBITMQ_HOST}. */
    static Map<String, String> environment(Map<String, String> properties) {
        Map<String, String> environment = new HashMap<>();
        properties.forEach(
                (key, value) -> environment.put(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value));
        return environment;
    }

    @Override
    void close();
}
