package dev.mobilesync.web;

import dev.mobilesync.messages.ExamineeKey;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Takes pictures out of the object store with all their versions. Whose a picture is, its own metadata say: where plans
 * share a key, the other plans' pictures stay.
 */
final class PictureErasure implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;

    private final String bucket;
    private final KeyTemplate keys;
    private final OkHttpClient http;
    private final MinioAsyncClient client;

    /**
     * A version of an object.
     *
     * @param id {@code null} where the store does not version
     */
    private record Version(String key, @Nullable String id, boolean isDeletionMark) {}

    PictureErasure(WebSettings.Store settings) {
        bucket = settings.bucket();
        keys = new KeyTemplate(settings.keyTemplate());
        http = new OkHttpClient.Builder()
                .connectTimeout(settings.connectTimeout())
                .callTimeout(settings.timeout())
                .build();
        client = CaptureStore.client(settings, http);
    }

    /**
     * Erases what belongs to the scope. One examinee's key is looked at; for a plan, all keys of the bucket are.
     *
     * @return whose pictures there were, also where they could not be erased
     */
    Set<String> erase(ErasureScope scope, ErasureReport report) {
        Set<String> examinees = new TreeSet<>();
        String prefix = scope.examineeId() == null ? "" : keys.key(new ExamineeKey(scope.planId(), scope.examineeId()));
        try {
            // First all of it, then the first is erased: a store may lose its place in a list that gets shorter.
            for (List<Version> versions : versionsByKey(prefix, scope).values()) {
                erase(versions, scope, report, examinees);
            }
        } catch (MinioException | RuntimeException e) {
            report.remains("pictures of " + scope + " that are not listed above", reason(e));
        }
        return examinees;
    }

    private Map<String, List<Version>> versionsByKey(String prefix, ErasureScope scope) throws MinioException {
        Map<String, List<Version>> versions = new TreeMap<>();
        for (Iterator<Result<Item>> items = list(prefix, hasVersions(prefix)); items.hasNext(); ) {
            Item item = items.next().get();
            KeyTemplate.Ids ids = keys.parse(item.objectName());
            if (ids != null && mayInclude(scope, ids)) {
                versions.computeIfAbsent(item.objectName(), key -> new ArrayList<>(1))
                        .add(new Version(item.objectName(), item.versionId(), item.isDeleteMarker()));
            }
        }
        return versions;
    }

    private static boolean mayInclude(ErasureScope scope, KeyTemplate.Ids ids) {
        String planId = ids.planId() == null ? scope.planId() : ids.planId();
        return scope.includes(new ExamineeKey(planId, ids.examineeId()));
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

    /** All versions of one key. A mark that something was deleted goes with the last of them. */
    private void erase(List<Version> versions, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        boolean erasedOne = false;
        boolean erasedAll = true;
        for (Version version : versions) {
            if (!version.isDeletionMark()) {
                boolean erased = erase(version, scope, report, examinees);
                erasedOne |= erased;
                erasedAll &= erased;
            }
        }
        if (erasedOne && erasedAll) {
            versions.stream().filter(Version::isDeletionMark).forEach(mark -> remove(mark, "deletion mark", report));
        }
    }

    /** Returns whether it is gone. */
    private boolean erase(Version version, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        CaptureFacts facts;
        try {
            StatObjectResponse object = await(client.statObject(StatObjectArgs.builder()
                    .bucket(bucket)
                    .object(version.key())
                    .versionId(version.id())
                    .build()));
            facts = CaptureFacts.fromMetadata(name -> object.headers().get(CaptureStore.METADATA_PREFIX + name));
        } catch (MinioException | RuntimeException e) {
            if (isMissing(e)) {
                return true;
            }
            report.remains(name(version) + ", whoever's it is", reason(e));
            return false;
        }
        if (facts == null || !scope.includes(facts.examinee())) {
            if (scope.examineeId() != null) {
                report.kept(name(version), facts == null ? "no picture of ours" : "of another plan");
            }
            return false;
        }
        examinees.add(facts.examinee().examineeId());
        return remove(version, "picture", report);
    }

    private boolean remove(Version version, String kind, ErasureReport report) {
        try {
            await(client.removeObject(RemoveObjectArgs.builder()
                    .bucket(bucket)
                    .object(version.key())
                    .versionId(version.id())
                    .build()));
            report.erased(kind, name(version));
            return true;
        } catch (MinioException | RuntimeException e) {
            report.remains(kind + " " + name(version), reason(e));
            return false;
        }
    }

    private String name(Version version) {
        String id = version.id();
        return bucket + "/" + version.key() + (id == null ? "" : " version " + id);
    }

    private static <T> T await(CompletableFuture<T> call) throws MinioException {
        try {
            return call.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof MinioException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static boolean isMissing(Exception e) {
        return e instanceof ErrorResponseException refusal && refusal.response().code() == NOT_FOUND;
    }

    private static String reason(Exception e) {
        if (e instanceof ErrorResponseException refusal) {
            return "the store refuses: " + refusal.errorResponse().code();
        }
        Throwable cause = e;
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
