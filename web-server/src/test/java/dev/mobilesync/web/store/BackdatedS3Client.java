package dev.mobilesync.web.store;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.web.common.WebServerProperties;
import io.minio.Signer;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Stores and deletes pictures with a date 40 days ago, through the gateway whose clock is that slow. The MinIO
 * SDK signs with the current time, which that gateway rejects. These requests are signed with the gateway's time.
 */
public final class BackdatedS3Client {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final OkHttpClient http = new OkHttpClient();
    private final WebServerProperties.Store store;

    /**
     * @param store the settings of the gateway with the right clock
     */
    public BackdatedS3Client(WebServerProperties.Store store) {
        this.store = store;
    }

    /** The time of its clock. */
    public Instant now() throws IOException {
        try (Response response = http.newCall(new Request.Builder()
                        .url(S3Gateway.backdatedEndpoint() + "/")
                        .build())
                .execute()) {
            return ZonedDateTime.parse(requireNonNull(response.header("Date")), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        }
    }

    /** Stores a picture as the latest version of its key. */
    public void put(CaptureMetadata capture, byte[] picture) throws IOException, MinioException {
        CaptureMetadata metadata = capture.withStoredSha256(Sha256.hex(picture));
        Request.Builder request = request(metadata).put(RequestBody.create(picture, MediaType.get("image/jpeg")));
        metadata.toMetadata().forEach((name, value) -> request.header(CaptureStore.METADATA_PREFIX + name, value));
        send(request, picture);
    }

    /** Adds a delete marker. */
    public void delete(CaptureMetadata capture) throws IOException, MinioException {
        send(request(capture).delete(), null);
    }

    private Request.Builder request(CaptureMetadata capture) {
        return new Request.Builder()
                .url(S3Gateway.backdatedEndpoint() + "/" + store.bucket() + "/"
                        + store.keyTemplate().key(capture.examinee()));
    }

    private void send(Request.Builder request, byte @Nullable [] body) throws IOException, MinioException {
        String sha256 = Sha256.hex(body == null ? new byte[0] : body);
        String host = S3Gateway.backdatedEndpoint().getAuthority();
        Map.of("Host", host, "x-amz-content-sha256", sha256, "x-amz-date", DATE.format(now().atZone(ZoneOffset.UTC)))
                .forEach(request::header);
        Request signed = Signer.signV4S3(request.build(), store.region(), store.accessKey(), store.secretKey(), sha256);
        try (Response response = http.newCall(signed).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException(response.code() + " " + response.body().string());
            }
        }
    }
}
