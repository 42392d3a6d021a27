package dev.mobilesync.web.store;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.StoreMetrics.Operation;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.BucketExistsArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.PutObjectAPIArgs;
import io.minio.SetBucketVersioningArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.messages.VersioningConfiguration;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures in one bucket of an object store with the S3 API. Every method fails when its time limit or the store's timeout
 * has passed, whichever is first.
 */
public final class CaptureStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CaptureStore.class);
    private static final String JPEG = "image/jpeg";
    static final String METADATA_PREFIX = "x-amz-meta-";
    private static final String VERSION_HEADER = "x-amz-version-id";
    private static final int MAX_READS = 64;
    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;

    private final String bucket;
    private final KeyTemplate keys;
    private final Duration timeout;
    private final OkHttpClient http;
    private final S3Client client;
    private final S3Client readClient;
    private final StoreMetrics metrics;
    private volatile boolean bucketReady;

    /**
     * A stored picture.
     *
     * @param version the store's version id; {@code null} in a store without versions
     * @param size in bytes
     */
    public record Stored(CaptureMetadata metadata, @Nullable String version, long size) {}

    /**
     * An open picture. The caller closes its content.
     *
     * @param size in bytes
     */
    public record ObjectStream(@Nullable CaptureMetadata metadata, long size, InputStream content) {}

    /**
     * Does not connect.
     *
     * @param maxUploads how many pictures may be stored at once
     */
    public CaptureStore(WebServerProperties.Store properties, int maxUploads, MeterRegistry meters) {
        metrics = new StoreMetrics(meters);
        bucket = properties.bucket();
        keys = properties.keyTemplate();
        timeout = properties.timeout();
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(maxUploads + MAX_READS);
        dispatcher.setMaxRequestsPerHost(maxUploads + MAX_READS);
        http = S3Client.http(properties)
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(maxUploads, 5, TimeUnit.MINUTES))
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
        client = S3Client.create(properties, http);
        // A slow viewer may take long to read a picture, so only its single reads have a timeout.
        readClient = S3Client.create(
                properties, http.newBuilder().callTimeout(Duration.ZERO).build());
    }

    /** The path of an examinee's picture on this server. */
    public String imageUrl(ExamineeKey examinee) {
        return "/" + bucket + "/" + keys.key(examinee);
    }

    /** Returns the ids in an {@code imageUrl}, or {@code null} if it is not one. */
    public KeyTemplate.@Nullable Ids parseImageUrl(String imageUrl) {
        String prefix = "/" + bucket + "/";
        return imageUrl.startsWith(prefix) ? keys.parse(imageUrl.substring(prefix.length())) : null;
    }

    /**
     * Returns the latest picture under the examinee's key, or {@code null} if there is none. Plans may share the key: the metadata tell
     * whose picture it is.
     */
    public @Nullable Stored find(ExamineeKey examinee, TimeLimit timeLimit) throws StoreFailedException {
        ensureBucket(timeLimit);
        try {
            StatObjectResponse object = call(
                    Operation.STAT,
                    () -> client.statObject(StatObjectArgs.builder()
                            .bucket(bucket)
                            .object(keys.key(examinee))
                            .build()),
                    timeLimit);
            CaptureMetadata metadata =
                    CaptureMetadata.fromMetadata(name -> object.headers().get(METADATA_PREFIX + name));
            return metadata == null ? null : new Stored(metadata, version(object.headers()), object.size());
        } catch (StoreFailedException e) {
            if (e.status() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Stores a picture as the latest one under the examinee's key. Adds the picture's hash to the metadata. */
    public Stored put(CaptureMetadata capture, byte[] image, TimeLimit timeLimit) throws StoreFailedException {
        ensureBucket(timeLimit);
        CaptureMetadata metadata = capture.withStoredSha256(Sha256.hex(image));
        try {
            Headers headers = call(
                            Operation.PUT,
                            () -> client.putObject(PutObjectAPIArgs.builder()
                                    .bucket(bucket)
                                    .object(keys.key(metadata.examinee()))
                                    .data(image, image.length)
                                    .contentType(JPEG)
                                    .headers(headers(metadata))
                                    .build()),
                            timeLimit)
                    .headers();
            return new Stored(metadata, version(headers), image.length);
        } catch (StoreFailedException e) {
            // After a rejection, the bucket may have been deleted. The next call checks it again.
            if (e.status() != 0) {
                bucketReady = false;
            }
            throw e;
        }
    }

    /** With the SHA-256, the SDK computes no other checksum of its own, which takes ten times as long. */
    private static Http.Headers headers(CaptureMetadata metadata) {
        Http.Headers headers = new Http.Headers(Http.Headers.X_AMZ_CONTENT_SHA256, metadata.storedSha256());
        metadata.toMetadata().forEach((name, value) -> headers.put(METADATA_PREFIX + name, value));
        return headers;
    }

    /**
     * Opens a picture for reading.
     *
     * @param version {@code null} for the latest
     * @return {@code null} if there is none
     */
    public @Nullable ObjectStream open(ExamineeKey examinee, @Nullable String version) throws StoreFailedException {
        GetObjectArgs.Builder args = GetObjectArgs.builder().bucket(bucket).object(keys.key(examinee));
        if (version != null) {
            args.versionId(version);
        }
        try {
            GetObjectResponse object =
                    call(Operation.GET, () -> readClient.getObject(args.build()), TimeLimit.in(timeout));
            String size = object.headers().get("Content-Length");
            return new ObjectStream(
                    CaptureMetadata.fromMetadata(name -> object.headers().get(METADATA_PREFIX + name)),
                    size == null ? -1 : Long.parseLong(size),
                    object);
        } catch (StoreFailedException e) {
            if (e.status() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Fails unless the store is available and accepts the credentials. */
    void ping(TimeLimit timeLimit) throws StoreFailedException {
        bucketExists(timeLimit);
    }

    /** Creates the bucket and enables its versioning, once. */
    public void ensureBucket(TimeLimit timeLimit) throws StoreFailedException {
        if (bucketReady) {
            return;
        }
        if (!bucketExists(timeLimit)) {
            createBucket(timeLimit);
        }
        enableVersioning(timeLimit);
        bucketReady = true;
    }

    private boolean bucketExists(TimeLimit timeLimit) throws StoreFailedException {
        return call(
                Operation.BUCKET,
                () -> client.bucketExists(
                        BucketExistsArgs.builder().bucket(bucket).build()),
                timeLimit);
    }

    private void createBucket(TimeLimit timeLimit) throws StoreFailedException {
        try {
            call(Operation.BUCKET, () -> client.createBucket(bucket), timeLimit);
            log.info("bucket {} created", bucket);
        } catch (StoreFailedException e) {
            // Another instance may have created it.
            if (e.status() == 0 || !bucketExists(timeLimit)) {
                throw e;
            }
        }
    }

    /** Continues without versions if the store does not support them; fails if the store fails. */
    private void enableVersioning(TimeLimit timeLimit) throws StoreFailedException {
        try {
            var current = call(
                    Operation.BUCKET,
                    () -> client.getBucketVersioning(
                            GetBucketVersioningArgs.builder().bucket(bucket).build()),
                    timeLimit);
            if (current.status() != VersioningConfiguration.Status.ENABLED) {
                call(
                        Operation.BUCKET,
                        () -> client.setBucketVersioning(SetBucketVersioningArgs.builder()
                                .bucket(bucket)
                                .config(new VersioningConfiguration(
                                        VersioningConfiguration.Status.ENABLED, null, null, null))
                                .build()),
                        timeLimit);
                log.info("versioning of bucket {} enabled", bucket);
            }
        } catch (StoreFailedException e) {
            if (e.status() == 0 || e.status() >= 500 && e.status() != NOT_IMPLEMENTED) {
                throw e;
            }
            log.warn(
                    "bucket {} keeps only the latest picture of each examinee: the store rejects versioning ({})",
                    bucket,
                    e.getMessage());
        }
    }

    private <T> T call(Operation operation, MinioCall<T> call, TimeLimit timeLimit) throws StoreFailedException {
        return metrics.record(operation, () -> call.await(timeLimit.remainingAtMost(timeout)));
    }

    private static @Nullable String version(Headers headers) {
        String version = headers.get(VERSION_HEADER);
        return version == null || version.isEmpty() || version.equals("null") ? null : version;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
