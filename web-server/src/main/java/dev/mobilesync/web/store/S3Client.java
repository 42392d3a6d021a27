package dev.mobilesync.web.store;

import dev.mobilesync.web.common.WebServerProperties;
import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.errors.ErrorResponseException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** The MinIO SDK's client, which also creates buckets in stores that refuse the SDK's {@code LocationConstraint}. */
@SuppressWarnings("try") // the SDK's close() declares InterruptedException
final class S3Client extends MinioAsyncClient {

    private S3Client(MinioAsyncClient client) {
        super(client);
    }

    static S3Client create(WebServerProperties.Store settings, OkHttpClient http) {
        return new S3Client(MinioAsyncClient.builder()
                .endpoint(String.valueOf(settings.endpoint()))
                .region(settings.region())
                .credentials(Objects.requireNonNull(settings.accessKey()), Objects.requireNonNull(settings.secretKey()))
                .httpClient(http)
                .build());
    }

    /** What every client of the store sets. */
    static OkHttpClient.Builder http(WebServerProperties.Store settings) {
        return new OkHttpClient.Builder()
                .socketFactory(new NoDelaySocketFactory())
                .connectTimeout(settings.connectTimeout())
                .callTimeout(settings.timeout());
    }

    /**
     * Creates a bucket in the endpoint's region. AWS in us-east-1 and Ceph want a request without a
     * {@code LocationConstraint}; AWS refuses that in its other regions and wants one.
     */
    CompletableFuture<Void> createBucket(String bucket) {
        BucketExistsArgs name = BucketExistsArgs.builder().bucket(bucket).build();
        return executePutAsync(name, null, null, null)
                .thenAccept(Response::close)
                .exceptionallyCompose(failure -> wantsLocationConstraint(failure)
                        ? makeBucket(MakeBucketArgs.builder().bucket(bucket).build())
                                .thenAccept(created -> {})
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean wantsLocationConstraint(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ErrorResponseException refusal
                && refusal.errorResponse().code().contains("LocationConstraint");
    }
}
