package dev.mobilesync.web.common;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties of this service, {@code mobile-sync.*}.
 *
 * @param maxCaptureSize the largest image ({@code 5MB} is 5 MiB). An upload uses up to four times as much memory
 * @param maxUploads how many uploads are handled at once; each starts when its body is complete
 * @param uploadWait how long a complete upload waits until it is handled; then it is answered 429. At most half of
 *     {@code answerWithin}
 * @param maxUploadsPerExaminee how many uploads of one examinee may be in flight at once, from their first byte on;
 *     further ones are answered 429
 * @param answerWithin the time from the last byte of an upload to its answer. The checks, the store and the broker
 *     share it, whatever their own limits are. Less than 5 s keeps the contract's limit
 * @param allowedOrigins the origins of other pages that may call this server from a browser (CORS)
 * @param store the object store
 */
@ConfigurationProperties("mobile-sync")
public record WebServerProperties(
        @DefaultValue("5MB") DataSize maxCaptureSize,
        @DefaultValue("64") int maxUploads,
        @DefaultValue("2s") Duration uploadWait,
        @DefaultValue("2") int maxUploadsPerExaminee,
        @DefaultValue("4500ms") Duration answerWithin,
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue Store store) {

    /** The base name of the configuration file, {@code web-server.yml}. */
    public static final String CONFIG_NAME = "web-server";

    private static final DataSize MAX_MAX_CAPTURE_SIZE = DataSize.ofMegabytes(64);

    /**
     * @throws IllegalArgumentException if a value is invalid; the message names the key
     */
    public WebServerProperties {
        require(
                maxCaptureSize.toBytes() > 0 && maxCaptureSize.compareTo(MAX_MAX_CAPTURE_SIZE) <= 0,
                "mobile-sync.max-capture-size",
                "must be more than 0 and at most 64MB");
        require(maxUploads > 0, "mobile-sync.max-uploads", "must be more than 0");
        require(maxUploadsPerExaminee > 0, "mobile-sync.max-uploads-per-examinee", "must be more than 0");
        requirePositive(answerWithin, "mobile-sync.answer-within");
        require(!uploadWait.isNegative(), "mobile-sync.upload-wait", "must not be negative");
        for (String origin : allowedOrigins) {
            require(
                    origin.matches("[a-z][a-z0-9+.-]*://[^/*?#\\s;,]+"),
                    "mobile-sync.allowed-origins",
                    "must list origins such as https://exam.example.com or capacitor://localhost");
        }
    }

    /**
     * The object store, with the S3 API. The account must be able to read, write and list the bucket. If it cannot
     * create the bucket or enable versioning, an administrator must do so.
     *
     * @param endpoint such as {@code http://127.0.0.1:9000}
     * @param region the region of request signatures
     * @param bucket created at startup if it is missing; the first segment of each {@code imageUrl}
     * @param keyTemplate an object's key, with {@code {examineeId}} and optionally {@code {planId}}; at most one of
     *     them per segment
     * @param connectTimeout the limit of a connection attempt
     * @param timeout the limit of one call, including its response. The rest of {@code mobile-sync.answer-within}
     *     limits it further
     */
    public record Store(
            @Nullable URI endpoint,
            @Nullable String accessKey,
            @Nullable String secretKey,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("captures") String bucket,
            @DefaultValue("{examineeId}/sync_cap.jpg") String keyTemplate,
            @DefaultValue("1s") Duration connectTimeout,
            @DefaultValue("4s") Duration timeout) {

        /**
         * @throws IllegalArgumentException if a value is missing or invalid; the message names the key
         */
        public Store {
            require(
                    endpoint != null && ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())),
                    "mobile-sync.store.endpoint",
                    "must be an address such as http://127.0.0.1:9000");
            require(accessKey != null && !accessKey.isBlank(), "mobile-sync.store.access-key", "is not set");
            require(secretKey != null && !secretKey.isBlank(), "mobile-sync.store.secret-key", "is not set");
            require(
                    bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
                    "mobile-sync.store.bucket",
                    "must be a bucket's name: 3 to 63 small letters, digits, dots and hyphens");
            new KeyTemplate(keyTemplate);
            requirePositive(connectTimeout, "mobile-sync.store.connect-timeout");
            requirePositive(timeout, "mobile-sync.store.timeout");
        }

        @Override
        public String toString() {
            return "Store[endpoint=" + endpoint + ", bucket=" + bucket + ", credentials=***]";
        }
    }

    private static void requirePositive(Duration duration, String key) {
        require(!duration.isZero() && !duration.isNegative(), key, "must be more than 0");
    }

    private static void require(boolean condition, String key, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(
                    key + " (" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + ") " + rule);
        }
    }
}
