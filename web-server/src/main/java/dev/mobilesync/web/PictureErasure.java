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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;

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
        List<Item> versions = new ArrayList<>();
        try {
            for (Iterator<Result<Item>> items = list(prefix, hasVersions(prefix)); items.hasNext(); ) {
                Item item = items.next().get();
                if (!versions.isEmpty() && !versions.get(0).objectName().equals(item.objectName())) {
                    erase(versions, scope, report, examinees);
                    versions.clear();
                }
                versions.add(item);
            }
            if (!versions.isEmpty()) {
                erase(versions, scope, report, examinees);
            }
        } catch (MinioException | RuntimeException e) {
            report.remains("pictures of " + scope + " that are not listed above", reason(e));
        }
        return examinees;
    }

    /** A store that knows no versions says so; one that is away, or refuses, leaves it open what there is. */
    private boolean hasVersions(String prefix) throws MinioException {
        try {
            Iterator<Result<Item>> versions = list(prefix, true);
            if (versions.hasNext()) {
                versions.next().get();
            }
            return true;
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
    private void erase(List<Item> versions, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        KeyTemplate.Ids ids = keys.parse(versions.get(0).objectName());
        if (ids == null
                || !scope.includes(
                        new ExamineeKey(ids.planId() == null ? scope.planId() : ids.planId(), ids.examineeId()))) {
            return;
        }
        int before = report.erasedInAll();
        boolean all = true;
        for (Item version : versions) {
            all &= version.isDeleteMarker() || erase(version, ids, scope, report, examinees);
        }
        if (all && report.erasedInAll() > before) {
            for (Item version : versions) {
                if (version.isDeleteMarker()) {
                    remove(version, "deletion mark", report);
                }
            }
        }
    }

    private boolean erase(
            Item version, KeyTemplate.Ids ids, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        CaptureFacts facts;
        try {
            StatObjectResponse object = await(client.statObject(StatObjectArgs.builder()
                    .bucket(bucket)
                    .object(version.objectName())
                    .versionId(version.versionId())
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
        examinees.add(ids.examineeId());
        return remove(version, "picture", report);
    }

    private boolean remove(Item version, String kind, ErasureReport report) {
        try {
            await(client.removeObject(RemoveObjectArgs.builder()
                    .bucket(bucket)
                    .object(version.objectName())
                    .versionId(version.versionId())
                    .build()));
            report.erased(kind, name(version));
            return true;
        } catch (MinioException | RuntimeException e) {
            report.remains(kind + " " + name(version), reason(e));
            return false;
        }
    }

    private String name(Item version) {
        String id = version.versionId();
        return bucket + "/" + version.objectName() + (id == null ? "" : " version " + id);
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
