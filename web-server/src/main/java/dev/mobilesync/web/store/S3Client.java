package dev.mobilesync.web.store;

import dev.mobilesync.web.common.WebServerProperties;
import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.errors.ErrorResponseException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** The MinIO SDK's client, which also creates buckets in stores that reject the SDK's {@code LocationConstraint}. */
@SuppressWarnings("try") // the SDK's close() declares InterruptedException
final class S3Client extends MinioAsyncClient {

    private S3Client(MinioAsyncClient client) {
        super(client);
    }

    static S3Client create(WebServerProperties.Store properties, OkHttpClient http) {
        return new S3Client(MinioAsyncClient.builder()
                .endpoint(properties.endpoint().toString())
                .region(properties.region())
                .credentials(properties.accessKey(), properties.secretKey())
                .httpClient(http)
                .build());
    }

    /** Common settings of all HTTP clients of the store. */
    static OkHttpClient.Builder http(WebServerProperties.Store properties) {
        return new OkHttpClient.Builder()
                .addNetworkInterceptor(S3Client::disableNagle)
                .connectTimeout(properties.connectTimeout())
                .callTimeout(properties.timeout());
    }

    /** OkHttp leaves Nagle's algorithm on, which delays the end of each PUT by about 40 ms, until the store's delayed ACK. */
    private static Response disableNagle(Interceptor.Chain chain) throws IOException {
        Objects.requireNonNull(chain.connection()).socket().setTcpNoDelay(true);
        return chain.proceed(chain.request());
    }

    /**
     * Creates a bucket in the endpoint's region. AWS in us-east-1 and Ceph require a request without a
     * {@code LocationConstraint}. AWS requires one in its other regions.
     */
    CompletableFuture<Void> createBucket(String bucket) {
        BucketExistsArgs name = BucketExistsArgs.builder().bucket(bucket).build();
        return executePutAsync(name, null, null, null)
                .thenAccept(Response::close)
                .exceptionallyCompose(failure -> requiresLocationConstraint(failure)
                        ? makeBucket(MakeBucketArgs.builder().bucket(bucket).build())
                                .thenAccept(created -> {})
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean requiresLocationConstraint(Throwable failure) {
        return MinioCall.cause(failure) instanceof ErrorResponseException rejection
                && rejection.errorResponse().code().contains("LocationConstraint");
    }
}
