package dev.mobilesync.web.store;

import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.web.common.WebServerProperties;
import io.minio.ListObjectsArgs;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import okhttp3.OkHttpClient;

/**
 * Plans whose pictures the retention must not delete. Each hold is an object in the bucket of the pictures, so it is as durable
 * as they are. No key template can produce its key. {@link CaptureVersions#reason} interprets the exceptions of all methods:
 * {@code MinioException}, or {@code CompletionException} with one as its cause.
 */
public final class RetentionHolds implements AutoCloseable {

    /** A key template cannot contain an equals sign. */
    private static final String PREFIX = "retention-holds/plan=";

    private final String bucket;
    private final OkHttpClient http;
    private final S3Client client;

    /** Does not connect. */
    public RetentionHolds(WebServerProperties.Store properties) {
        bucket = properties.bucket();
        http = S3Client.http(properties).build();
        client = S3Client.create(properties, http);
    }

    /** Holds a plan. Does nothing if it is held already, except that its time changes. */
    public void put(String planId) throws MinioException {
        byte[] content = planId.getBytes(StandardCharsets.UTF_8);
        client.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key(planId))
                        .data(content, content.length)
                        .contentType("text/plain")
                        .build())
                .join();
    }

    /** Releases a plan. Does nothing if it is not held. */
    public void remove(String planId) throws MinioException {
        client.removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket)
                        .object(key(planId))
                        .build())
                .join();
    }

    /**
     * Returns the held plans, each with the time of its hold by the store's clock.
     *
     * @throws IllegalStateException if an object among the holds names no plan
     */
    public SortedMap<String, Instant> list() throws MinioException {
        SortedMap<String, Instant> holds = new TreeMap<>();
        for (Result<Item> result : client.listObjects(ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(PREFIX)
                .recursive(true)
                .build())) {
            Item item = result.get();
            String planId = item.objectName().substring(PREFIX.length());
            if (!Identifiers.isValid(planId)) {
                throw new IllegalStateException(
                        "the object " + bucket + "/" + item.objectName() + " is not the hold of a plan");
            }
            holds.put(planId, item.lastModified().toInstant());
        }
        return holds;
    }

    private static String key(String planId) {
        Identifiers.require("planId", planId);
        return PREFIX + planId;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
