package dev.mobilesync.web.store;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.WebServerProperties;
import io.minio.BucketExistsArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.PutObjectArgs;
import io.minio.SetBucketVersioningArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.VersioningConfiguration;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pictures, in one bucket of an object store with the S3 API. Every method gives up when its deadline or the store's
 * time limit has passed, whichever is first.
 */
public final class CaptureStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CaptureStore.class);
    private static final String JPEG = "image/jpeg";
    static final String METADATA_PREFIX = "x-amz-meta-";
    private static final String VERSION_HEADER = "x-amz-version-id";
    private static final int READERS = 64;
    private static final int NOT_IMPLEMENTED = 501;

    private final String bucket;
    private final KeyTemplate keys;
    private final Duration timeLimit;
    private final OkHttpClient http;
    private final S3Client client;
    private final S3Client readingClient;
    private volatile boolean prepared;

    /**
     * A picture that the store has.
     *
     * @param version the store's name for exactly this picture, if it versions
     * @param size in bytes
     */
    public record Stored(CaptureMetadata facts, @Nullable String version, long size) {}

    /**
     * A picture being read; whoever gets it closes it.
     *
     * @param size in bytes
     */
    public record ObjectStream(@Nullable CaptureMetadata facts, long size, InputStream content) {}

    /**
     * Reaches nobody yet.
     *
     * @param maxUploads how many pictures may be stored at once
     */
    public CaptureStore(WebServerProperties.Store settings, int maxUploads) {
        bucket = settings.bucket();
        keys = new KeyTemplate(settings.keyTemplate());
        timeLimit = settings.timeout();
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequests(maxUploads + READERS);
        dispatcher.setMaxRequestsPerHost(maxUploads + READERS);
        http = S3Client.http(settings)
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(maxUploads, 5, TimeUnit.MINUTES))
                .readTimeout(timeLimit)
                .writeTimeout(timeLimit)
                .build();
        client = S3Client.create(settings, http);
        // A picture is read as fast as whoever looks at it takes it, so only each of its steps has a limit.
        readingClient = S3Client.create(
                settings, http.newBuilder().callTimeout(Duration.ZERO).build());
    }

    /** Where an examinee's picture is, below this server's address. */
    public String imageUrl(ExamineeKey examinee) {
        return "/" + bucket + "/" + keys.key(examinee);
    }

    /** Whose picture an URL names, or {@code null} if it names none. */
    public KeyTemplate.@Nullable Ids owner(String imageUrl) {
        String prefix = "/" + bucket + "/";
        return imageUrl.startsWith(prefix) ? keys.parse(imageUrl.substring(prefix.length())) : null;
    }

    /** The examinee's latest picture, or {@code null} if there is none. */
    public @Nullable Stored find(ExamineeKey examinee, Deadline deadline) throws StoreFailedException {
        prepare(deadline);
        try {
            StatObjectResponse object = call(
                    () -> client.statObject(StatObjectArgs.builder()
                            .bucket(bucket)
                            .object(keys.key(examinee))
                            .build()),
                    deadline);
            CaptureMetadata facts =
                    CaptureMetadata.fromMetadata(name -> object.headers().get(METADATA_PREFIX + name));
            return facts == null ? null : new Stored(facts, version(object.headers()), object.size());
        } catch (ErrorResponseException e) {
            if (isMissing(e)) {
                return null;
            }
            throw refused(e);
        }
    }

    /** Stores a picture in place of the examinee's last one. */
    public Stored put(CaptureMetadata facts, byte[] picture, Deadline deadline) throws StoreFailedException {
        prepare(deadline);
        try {
            Headers headers = call(
                            () -> client.putObject(PutObjectArgs.builder()
                                    .bucket(bucket)
                                    .object(keys.key(facts.examinee()))
                                    .data(picture, picture.length)
                                    .contentType(JPEG)
                                    .userMetadata(facts.toMetadata())
                                    .build()),
                            deadline)
                    .headers();
            return new Stored(facts, version(headers), picture.length);
        } catch (ErrorResponseException e) {
            // The bucket may have gone since: it is looked at again next time.
            prepared = false;
            throw refused(e);
        }
    }

    /**
     * Opens a picture for reading.
     *
     * @param version the one that is meant, or {@code null} for the latest
     * @return {@code null} if there is none
     */
    public @Nullable ObjectStream open(ExamineeKey examinee, @Nullable String version) throws StoreFailedException {
        GetObjectArgs.Builder args = GetObjectArgs.builder().bucket(bucket).object(keys.key(examinee));
        if (version != null) {
            args.versionId(version);
        }
        try {
            GetObjectResponse object = call(() -> readingClient.getObject(args.build()), Deadline.in(timeLimit));
            String size = object.headers().get("Content-Length");
            return new ObjectStream(
                    CaptureMetadata.fromMetadata(name -> object.headers().get(METADATA_PREFIX + name)),
                    size == null ? -1 : Long.parseLong(size),
                    object);
        } catch (ErrorResponseException e) {
            if (isMissing(e)) {
                return null;
            }
            throw refused(e);
        }
    }

    /** Asks the store whether it is there, and whether it knows us. */
    void ping(Deadline deadline) throws StoreFailedException {
        try {
            bucketExists(deadline);
        } catch (ErrorResponseException e) {
            throw refused(e);
        }
    }

    /** Makes the bucket and switches its versioning on, if that was not done yet. */
    public void prepare(Deadline deadline) throws StoreFailedException {
        if (prepared) {
            return;
        }
        try {
            if (!bucketExists(deadline)) {
                createBucket(deadline);
            }
            switchVersioningOn(deadline);
            prepared = true;
        } catch (ErrorResponseException e) {
            throw refused(e);
        }
    }

    private boolean bucketExists(Deadline deadline) throws StoreFailedException, ErrorResponseException {
        return call(
                () -> client.bucketExists(
                        BucketExistsArgs.builder().bucket(bucket).build()),
                deadline);
    }

    private void createBucket(Deadline deadline) throws StoreFailedException, ErrorResponseException {
        try {
            call(() -> client.createBucket(bucket), deadline);
            log.info("bucket {} created", bucket);
        } catch (ErrorResponseException e) {
            // Somebody else may have been faster.
            if (!bucketExists(deadline)) {
                throw e;
            }
        }
    }

    /** A store that refuses goes without versions; one that is away or out of order is asked again. */
    private void switchVersioningOn(Deadline deadline) throws StoreFailedException, ErrorResponseException {
        try {
            var current = call(
                    () -> client.getBucketVersioning(
                            GetBucketVersioningArgs.builder().bucket(bucket).build()),
                    deadline);
            if (current.status() != VersioningConfiguration.Status.ENABLED) {
                call(
                        () -> client.setBucketVersioning(SetBucketVersioningArgs.builder()
                                .bucket(bucket)
                                .config(new VersioningConfiguration(
                                        VersioningConfiguration.Status.ENABLED, null, null, null))
                                .build()),
                        deadline);
                log.info("versioning of bucket {} switched on", bucket);
            }
        } catch (ErrorResponseException e) {
            int status = e.response().code();
            if (status >= 500 && status != NOT_IMPLEMENTED) {
                throw e;
            }
            log.warn(
                    "bucket {} keeps only the latest picture of each examinee: the store refuses versioning ({})",
                    bucket,
                    e.errorResponse().code());
        }
    }

    private <T> T call(MinioCall<T> call, Deadline deadline) throws StoreFailedException, ErrorResponseException {
        Duration left = deadline.leftAtMost(timeLimit);
        CompletableFuture<T> answer = null;
        try {
            if (left.isZero()) {
                throw new TimeoutException();
            }
            answer = call.start();
            return answer.get(left.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | MinioException e) {
            Throwable cause = e;
            while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof ErrorResponseException refusal) {
                throw refusal;
            }
            throw new StoreFailedException(cause.toString(), cause);
        } catch (TimeoutException e) {
            closeWhenItComes(answer);
            throw new StoreFailedException("no answer in time", e, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeWhenItComes(answer);
            throw new StoreFailedException("interrupted", e, answer);
        }
    }

    /** An answer that nobody closes would spoil its connection for whoever gets that next. */
    private static void closeWhenItComes(@Nullable CompletableFuture<?> late) {
        if (late != null) {
            late.thenAccept(answer -> {
                try {
                    if (answer instanceof Closeable open) {
                        open.close();
                    }
                } catch (IOException e) {
                    log.debug("a late answer could not be closed", e);
                }
            });
        }
    }

    @FunctionalInterface
    private interface MinioCall<T> {

        CompletableFuture<T> start() throws MinioException;
    }

    private static boolean isMissing(ErrorResponseException e) {
        return e.response().code() == 404;
    }

    private static StoreFailedException refused(ErrorResponseException e) {
        return new StoreFailedException("refused: " + e.errorResponse().code(), e);
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
