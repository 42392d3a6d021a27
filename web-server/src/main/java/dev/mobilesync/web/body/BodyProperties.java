package dev.mobilesync.web.body;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the bodies of uploads are received, {@code mobile-sync.body.*}.
 *
 * @param maxTime the limit from a body's first byte to its last
 * @param minRate the least number of bytes per second, on average over each {@code rateWindow}
 * @param rateWindow the period over which {@code minRate} is measured
 * @param memory the memory that all pending bodies share
 * @param disk the further space that all pending bodies share in one file; 0 for none
 * @param directory of that file, by default the JVM's folder for temporary files. The file has no name while the
 *     service runs
 */
@ConfigurationProperties("mobile-sync.body")
public record BodyProperties(
        @DefaultValue("5m") Duration maxTime,
        @DefaultValue("1KB") DataSize minRate,
        @DefaultValue("15s") Duration rateWindow,
        @DefaultValue("64MB") DataSize memory,
        @DefaultValue("2GB") DataSize disk,
        @DefaultValue("") String directory) {

    private static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    private static final Duration MAX_WINDOW = Duration.ofSeconds(15);

    /**
     * @throws IllegalArgumentException if a value is invalid; the message names the key
     */
    public BodyProperties {
        require(maxTime.compareTo(MIN_WINDOW) >= 0, "max-time", "must be 1s or more");
        require(!minRate.isNegative(), "min-rate", "must not be negative");
        require(
                rateWindow.compareTo(MIN_WINDOW) >= 0 && rateWindow.compareTo(MAX_WINDOW) <= 0,
                "rate-window",
                "must be 1s to 15s");
        require(memory.compareTo(DataSize.ofMegabytes(1)) >= 0, "memory", "must be 1MB or more");
        require(!disk.isNegative(), "disk", "must not be negative");
        directory = directory.isEmpty() ? System.getProperty("java.io.tmpdir") : directory;
        require(Files.isDirectory(Path.of(directory)), "directory", "must be a folder");
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            String name = "mobile-sync.body." + key;
            throw new IllegalArgumentException(
                    name + " (" + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ") " + rule);
        }
    }
}
