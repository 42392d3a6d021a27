package dev.mobilesync.web.store;

import dev.mobilesync.web.common.WebServerProperties;
import io.minio.BucketExistsArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.MinioException;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Checks what the service needs of the object store, for operators. It touches no capture. */
public final class StoreProbe implements AutoCloseable {

    /** A key template cannot contain an equals sign, so no capture has such a key. */
    static final String PREFIX = ".mobile-sync-probe/id=";

    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final int NOT_IMPLEMENTED = 501;
    private static final int FORBIDDEN = 403;

    private final String bucket;
    private final Duration timeout;
    private final OkHttpClient http;
    private final S3Client client;
    private volatile @Nullable ClockDifference clock;

    /** Whether a bucket keeps versions. */
    public enum Versioning {
        ENABLED,
        DISABLED,
        /** The store has no versions. */
        UNSUPPORTED
    }

    /**
     * The store's clock compared with this one.
     *
     * @param difference positive if the store's clock is ahead
     * @param uncertainty the greatest error of the difference
     */
    public record ClockDifference(Duration difference, Duration uncertainty) {}

    /** Does not connect. */
    public StoreProbe(WebServerProperties.Store properties) {
        bucket = properties.bucket();
        timeout = properties.timeout();
        http = S3Client.http(properties).addInterceptor(this::readClock).build();
        client = S3Client.create(properties, http);
    }

    /** Fails if the store is unavailable or rejects the credentials. */
    public boolean bucketExists() throws StoreFailedException {
        BucketExistsArgs args = BucketExistsArgs.builder().bucket(bucket).build();
        return ((MinioCall<Boolean>) () -> client.bucketExists(args)).await(timeout);
    }

    public Versioning versioning() throws StoreFailedException {
        GetBucketVersioningArgs args =
                GetBucketVersioningArgs.builder().bucket(bucket).build();
        try {
            VersioningConfiguration current =
                    ((MinioCall<VersioningConfiguration>) () -> client.getBucketVersioning(args)).await(timeout);
            return current.status() == VersioningConfiguration.Status.ENABLED
                    ? Versioning.ENABLED
                    : Versioning.DISABLED;
        } catch (StoreFailedException e) {
            if (e.status() == NOT_IMPLEMENTED || e.status() >= 400 && e.status() < 500 && e.status() != FORBIDDEN) {
                return Versioning.UNSUPPORTED;
            }
            throw e;
        }
    }

    /**
     * Writes an object, lists it, reads it and deletes it.
     *
     * @throws StoreFailedException of the first step that fails; its message names the step
     */
    public void writeReadDelete() throws StoreFailedException {
        String key = PREFIX + UUID.randomUUID();
        byte[] content = key.getBytes(StandardCharsets.UTF_8);
        ObjectWriteResponse written = step(
                "write",
                () -> client.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .data(content, content.length)
                        .build()));
        try {
            listAndRead(key, content);
        } catch (StoreFailedException e) {
            try {
                delete(written, key);
            } catch (StoreFailedException afterwards) {
                e.addSuppressed(afterwards);
            }
            throw e;
        }
        delete(written, key);
    }

    private void listAndRead(String key, byte[] content) throws StoreFailedException {
        list(key);
        GetObjectResponse object = step(
                "read",
                () -> client.getObject(
                        GetObjectArgs.builder().bucket(bucket).object(key).build()));
        try (object) {
            if (!Arrays.equals(object.readAllBytes(), content)) {
                throw new StoreFailedException("read: other content than was written", null, null);
            }
        } catch (IOException e) {
            throw new StoreFailedException("read: " + e, e, null);
        }
    }

    private void delete(ObjectWriteResponse written, String key) throws StoreFailedException {
        step(
                "delete",
                () -> client.removeObject(RemoveObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .versionId(written.versionId())
                        .build()));
    }

    private void list(String key) throws StoreFailedException {
        try {
            var found = client.listObjects(
                            ListObjectsArgs.builder().bucket(bucket).prefix(key).build())
                    .iterator();
            if (!found.hasNext() || !found.next().get().objectName().equals(key)) {
                throw new StoreFailedException("list: the written object is missing", null, null);
            }
        } catch (MinioException | CompletionException e) {
            throw new StoreFailedException("list: " + CaptureVersions.reason(e), MinioCall.cause(e), null);
        }
    }

    private <T extends @Nullable Object> T step(String name, MinioCall<T> call) throws StoreFailedException {
        try {
            return call.await(timeout);
        } catch (StoreFailedException e) {
            throw new StoreFailedException(name + ": " + e.getMessage(), e.getCause(), null);
        }
    }

    /** Returns the difference by the most exact response so far; {@code null} without a response that has a date. */
    public @Nullable ClockDifference clockDifference() {
        return clock;
    }

    private Response readClock(Interceptor.Chain chain) throws IOException {
        Instant before = Instant.now();
        Response response = chain.proceed(chain.request());
        Duration half = Duration.between(before, Instant.now()).dividedBy(2);
        Date date = response.headers().getDate("Date");
        if (date != null) {
            // The header is rounded down to seconds.
            Duration difference =
                    Duration.between(before.plus(half), date.toInstant().plus(HALF_A_SECOND));
            Duration uncertainty = half.plus(HALF_A_SECOND);
            ClockDifference previous = clock;
            if (previous == null || uncertainty.compareTo(previous.uncertainty()) < 0) {
                clock = new ClockDifference(difference, uncertainty);
            }
        }
        return response;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
