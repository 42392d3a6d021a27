package dev.mobilesync.testsupport;

import java.util.Map;

/**
 * The servers that a test runs against, all of them reached over real sockets. Each test class gets names of its own (a
 * RabbitMQ virtual host, a Redis database, a bucket), so that what it leaves disturbs nobody.
 */
public interface TestServers extends AutoCloseable {

    /** Spring properties that point a service at these servers: {@code spring.rabbitmq.*} and the like. */
    Map<String, String> properties();

    @Override
    void close();
}
