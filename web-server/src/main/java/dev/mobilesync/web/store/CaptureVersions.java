package dev.mobilesync.web.store;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.WebServerProperties;
import io.minio.ListObjectsArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * All pictures in the object store with all their versions, for those who look through the whole bucket. What a call
 * throws can be asked {@link #isMissing} and {@link #reason}.
 */
public final class CaptureVersions implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;
    private static final String NO_VERSION = "null";

    private final String bucket;
    private final KeyTemplate keys;
    private final OkHttpClient http;
    private final S3Client client;

    /**
     * A version of an object.
     *
     * @param ids whose it is, as far as its key says
     * @param id {@code null} where the store does not version
     * @param isLatest whether it is what the key names now
     * @param storedAt by the store's clock
     */
    public record Version(
            String key,
            KeyTemplate.Ids ids,
            @Nullable String id,
            boolean isLatest,
            boolean isDeletionMark,
            Instant storedAt) {}

    /** Reaches nobody yet. */
    public CaptureVersions(WebServerProperties.Store settings) {
        bucket = settings.bucket();
        keys = new KeyTemplate(settings.keyTemplate());
        http = S3Client.http(settings).build();
        client = S3Client.create(settings, http);
    }

    /** The key of an examinee's picture in the bucket. */
    public String key(ExamineeKey examinee) {
        return keys.key(examinee);
    }

    /** Where an examinee's picture is, below this server's address. */
    public String imageUrl(ExamineeKey examinee) {
        return "/" + bucket + "/" + keys.key(examinee);
    }

    /**
     * Goes through all versions of objects that may be pictures; a thousand are asked for at a time. They are ordered by key,
     * but the deletion marks among a thousand come behind the others.
     *
     * @param prefix of their keys
     */
    public void list(String prefix, Consumer<Version> each) throws MinioException {
        for (Iterator<Result<Item>> items = list(prefix, hasVersions(prefix)); items.hasNext(); ) {
            Item item = items.next().get();
            KeyTemplate.Ids ids = keys.parse(item.objectName());
            if (ids != null) {
                each.accept(new Version(
                        item.objectName(),
                        ids,
                        item.versionId(),
                        item.isLatest(),
                        item.isDeleteMarker(),
                        item.lastModified().toInstant()));
            }
        }
    }

    /** Whether the picture was deleted, though the store still has this version: a deletion mark is newer. */
    public boolean isDeleted(Version version) throws MinioException {
        List<Version> newerMarks = new ArrayList<>();
        if (!version.isLatest()) {
            list(version.key(), other -> {
                boolean newer = !other.storedAt().isBefore(version.storedAt());
                if (other.isDeletionMark() && newer && other.key().equals(version.key())) {
                    newerMarks.add(other);
                }
            });
        }
        return !newerMarks.isEmpty();
    }

    /**
     * A store that knows no versions says so, or lists none; one that is away, or refuses, leaves it open what there is.
     */
    private boolean hasVersions(String prefix) throws MinioException {
        try {
            Iterator<Result<Item>> versions = list(prefix, true);
            boolean any = versions.hasNext();
            if (any) {
                versions.next().get();
            }
            return any;
        } catch (ErrorResponseException e) {
            if (e.response().code() == NOT_IMPLEMENTED) {
                return false;
            }
            throw e;
        }
    }

    private Iterator<Result<Item>> list(String prefix, boolean versions) {
        return client.listObjects(ListObjectsArgs.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .recursive(true)
                        .includeVersions(versions)
                        .build())
                .iterator();
    }

    /** What the store keeps beside a version; {@code null} if it is no picture of ours. */
    public CompletableFuture<@Nullable CaptureMetadata> facts(Version version) {
        return call(() -> client.statObject(StatObjectArgs.builder()
                        .bucket(bucket)
                        .object(version.key())
                        .versionId(version.id())
                        .build())
                .thenApply(object -> CaptureMetadata.fromMetadata(
                        name -> object.headers().get(CaptureStore.METADATA_PREFIX + name))));
    }

    /** Erases that version alone, for good. */
    public CompletableFuture<Void> remove(Version version) {
        return call(() -> client.removeObject(RemoveObjectArgs.builder()
                .bucket(bucket)
                .object(version.key())
                .versionId(version.id())
                .build()));
    }

    private static <T extends @Nullable Object> CompletableFuture<T> call(MinioCall<T> call) {
        try {
            return call.start();
        } catch (MinioException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @FunctionalInterface
    private interface MinioCall<T extends @Nullable Object> {

        CompletableFuture<T> start() throws MinioException;
    }

    /** The version as people are told of it. */
    public String name(Version version) {
        String id = version.id();
        return bucket + "/" + version.key() + (id == null ? "" : " version " + id);
    }

    /** The version as a status message names it. */
    public static @Nullable String imageVersion(Version version) {
        return NO_VERSION.equals(version.id()) ? null : version.id();
    }

    /** Whether it was thrown because there is no such version. */
    public static boolean isMissing(Exception e) {
        return cause(e) instanceof ErrorResponseException refusal
                && refusal.response().code() == NOT_FOUND;
    }

    /** Why it was thrown, in a few words for people. */
    public static String reason(Exception e) {
        Throwable cause = cause(e);
        if (cause instanceof ErrorResponseException refusal) {
            return "the store refuses: " + refusal.errorResponse().code();
        }
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    private static Throwable cause(Exception e) {
        Throwable cause = e;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
