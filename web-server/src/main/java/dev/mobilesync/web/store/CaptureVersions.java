package dev.mobilesync.web.store;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.WebServerProperties;
import io.minio.ListObjectsArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Lists, reads and removes all versions of pictures in the object store, for the sweep, the erasure and the retention. {@link
 * #isMissing} and {@link #reason} interpret the exceptions of all methods.
 */
public final class CaptureVersions implements AutoCloseable {

    private static final int BATCH = 64;
    private static final int PAGE = 1_000;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final String NO_VERSION = "null";

    private final String bucket;
    private final KeyTemplate keys;
    private final OkHttpClient http;
    private final S3Client client;

    /**
     * A version of an object.
     *
     * @param ids parsed from the key
     * @param id {@code null} in a store without versions, or the text {@code null} of an object from before versioning; see {@link
     *     CaptureVersions#imageVersion}
     * @param isLatest whether the store lists it as the key's current version
     * @param storedAt by the store's clock
     */
    public record Version(
            String key,
            KeyTemplate.Ids ids,
            @Nullable String id,
            boolean isLatest,
            boolean isDeleteMarker,
            Instant storedAt) {}

    /** Does not connect. */
    public CaptureVersions(WebServerProperties.Store properties) {
        bucket = properties.bucket();
        keys = properties.keyTemplate();
        http = S3Client.http(properties).build();
        client = S3Client.create(properties, http);
    }

    /** The key of an examinee's picture in the bucket. */
    public String key(ExamineeKey examinee) {
        return keys.key(examinee);
    }

    /** The path of an examinee's picture on this server. */
    public String imageUrl(ExamineeKey examinee) {
        return "/" + bucket + "/" + keys.key(examinee);
    }

    /**
     * Lists all versions of objects whose keys match the template, in pages of a thousand. They are ordered by key, but
     * the delete markers of a page follow its other versions.
     *
     * @param prefix of the keys
     */
    public void list(String prefix, Action<Version> action) throws MinioException {
        list(prefix, () -> {}, action);
    }

    private void list(String prefix, Runnable onPage, Action<Version> action) throws MinioException {
        int listed = 0;
        for (Iterator<Result<Item>> items = list(prefix, hasVersions(prefix)); items.hasNext(); ) {
            Item item = items.next().get();
            if (listed++ % PAGE == 0) {
                onPage.run();
            }
            KeyTemplate.Ids ids = keys.parse(item.objectName());
            if (ids != null) {
                action.accept(new Version(
                        item.objectName(),
                        ids,
                        item.versionId(),
                        item.isLatest(),
                        item.isDeleteMarker(),
                        item.lastModified().toInstant()));
            }
        }
    }

    /**
     * Lists the whole bucket in batches of 64 versions or a few more: versions of one key that follow each other are in one batch.
     * The last batch may be empty.
     *
     * @param onPage runs once per thousand listed objects of any kind
     * @param filter selects the versions
     */
    public void listInBatches(Runnable onPage, Predicate<Version> filter, Action<List<Version>> action)
            throws MinioException {
        List<Version> batch = new ArrayList<>();
        list("", onPage, version -> {
            if (filter.test(version)) {
                if (batch.size() >= BATCH && !batch.get(batch.size() - 1).key().equals(version.key())) {
                    action.accept(List.copyOf(batch));
                    batch.clear();
                }
                batch.add(version);
            }
        });
        action.accept(batch);
    }

    /** Handles what was listed. */
    @FunctionalInterface
    public interface Action<T> {

        void accept(T listed) throws MinioException;
    }

    /** Whether a newer delete marker hides this version. */
    public boolean isDeleted(Version version) throws MinioException {
        List<Version> newerMarkers = new ArrayList<>();
        if (!version.isLatest()) {
            list(version.key(), other -> {
                boolean newer = !other.storedAt().isBefore(version.storedAt());
                if (other.isDeleteMarker() && newer && other.key().equals(version.key())) {
                    newerMarkers.add(other);
                }
            });
        }
        return !newerMarkers.isEmpty();
    }

    /**
     * Returns whether the store lists versions. A store without versions rejects the request or lists none.
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

    /** Reads a version's metadata; {@code null} if this service did not store it. */
    public CompletableFuture<@Nullable CaptureMetadata> readMetadata(Version version) {
        return stat(version)
                .thenApply(object -> CaptureMetadata.fromMetadata(
                        name -> object.headers().get(CaptureStore.METADATA_PREFIX + name)));
    }

    /** Reads when this version was stored, by the store's clock, in seconds. */
    public CompletableFuture<Instant> readStoredAt(Version version) {
        return stat(version).thenApply(object -> object.lastModified().toInstant());
    }

    private CompletableFuture<StatObjectResponse> stat(Version version) {
        return call(() -> client.statObject(StatObjectArgs.builder()
                .bucket(bucket)
                .object(version.key())
                .versionId(version.id())
                .build()));
    }

    /** Permanently deletes this version only. */
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

    /** The version's name in logs and reports. */
    public String name(Version version) {
        String id = version.id();
        return bucket + "/" + version.key() + (id == null ? "" : " version " + id);
    }

    /** The version id as in a status message. */
    public static @Nullable String imageVersion(Version version) {
        return NO_VERSION.equals(version.id()) ? null : version.id();
    }

    /** Whether the version does not exist. */
    public static boolean isMissing(Exception e) {
        return MinioCall.cause(e) instanceof ErrorResponseException rejection
                && rejection.response().code() == NOT_FOUND;
    }

    /** Whether the store rejected the request. Otherwise it is unavailable or failed. */
    public static boolean isRejected(Exception e) {
        return MinioCall.cause(e) instanceof ErrorResponseException rejection
                && rejection.response().code() < SERVER_ERROR;
    }

    /** A short description of a failure's cause, for logs and reports. */
    public static String reason(Exception e) {
        Throwable cause = MinioCall.cause(e);
        if (cause instanceof ErrorResponseException rejection) {
            return "the store rejected the request: "
                    + rejection.errorResponse().code();
        }
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
