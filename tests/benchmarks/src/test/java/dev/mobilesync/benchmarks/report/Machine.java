package dev.mobilesync.benchmarks.report;

import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.testsupport.Shell;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Where a benchmark ran.
 *
 * @param processor the model
 * @param memory such as {@code 24 GiB}
 * @param software the operating system, Java, Node, and the backing servers
 */
public record Machine(String processor, int processors, String memory, String software) {

    private static final double KIB_PER_GIB = 1024.0 * 1024;

    /** @param properties of the backing servers, {@code spring.rabbitmq.*} and {@code spring.data.redis.*} */
    static Machine of(Map<String, String> properties) {
        return new Machine(
                value("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                Math.round(Double.parseDouble(
                                        value("/proc/meminfo", "MemTotal", "0").replaceAll("\\D", ""))
                                / KIB_PER_GIB)
                        + " GiB",
                "%s; Java %d; %sRabbitMQ %s; Redis %s"
                        .formatted(
                                System.getProperty("os.name"),
                                Runtime.version().feature(),
                                node(),
                                brokerVersion(properties),
                                redisVersion(properties)));
    }

    private static String node() {
        try {
            return "Node " + Shell.run("node", "--version").strip().substring(1) + "; ";
        } catch (RuntimeException e) {
            return "";
        }
    }

    private static String brokerVersion(Map<String, String> properties) {
        try (var broker = BrokerQueues.connect(properties)) {
            return String.valueOf(broker.getServerProperties().get("version"));
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String redisVersion(Map<String, String> properties) {
        RedisClient client = RedisClient.create(RedisUris.of(properties));
        try (var connection = client.connect()) {
            return value(connection.sync().info("server").lines().toList(), "redis_version", "");
        } finally {
            client.shutdown();
        }
    }

    private static String value(String file, String key, String otherwise) {
        try {
            Path path = Path.of(file);
            return Files.isReadable(path) ? value(Files.readAllLines(path), key, otherwise) : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static String value(Iterable<String> lines, String key, String otherwise) {
        for (String line : lines) {
            if (line.startsWith(key)) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return otherwise;
    }

    @Override
    public String toString() {
        return "%s, %d processors, %s; %s".formatted(processor, processors, memory, software);
    }
}
