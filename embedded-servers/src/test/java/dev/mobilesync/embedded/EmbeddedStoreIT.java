package dev.mobilesync.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedStoreIT {

    private static final String ACCESS_KEY = "mobile-sync";
    private static final String SECRET_KEY = "a-secret-of-the-tests";
    private static final String BUCKET = "captures";
    private static final String KEY = "E001/sync_cap.jpg";

    /** Shared, because MinIO's default client reads the machine's certificates for seconds. */
    private static final OkHttpClient HTTP = new OkHttpClient();

    private final Path dir;

    EmbeddedStoreIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void keepsObjectsAndMetadataAcrossRestart() throws Exception {
        byte[] picture = new byte[3_000_000];
        new Random(1).nextBytes(picture);
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            put(client, KEY, picture);
            assertThat(get(client, KEY)).isEqualTo(picture);
        }
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            assertThat(get(client, KEY)).isEqualTo(picture);
            StatObjectResponse stat = client.statObject(
                    StatObjectArgs.builder().bucket(BUCKET).object(KEY).build());
            assertThat(stat.size()).isEqualTo(picture.length);
            assertThat(stat.contentType()).isEqualTo("image/jpeg");
            assertThat(stat.userMetadata().getFirst("plan")).isEqualTo("P001");
            assertThat(stat.userMetadata().getFirst("sha256")).isEqualTo("0f".repeat(32));
        }
    }

    @Test
    void replacesRemovesAndLists() throws Exception {
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            put(client, KEY, "first".getBytes(UTF_8));
            put(client, KEY, "second".getBytes(UTF_8));
            assertThat(get(client, KEY)).asString().isEqualTo("second");
            assertThat(list(client)).containsExactly(KEY);

            client.removeObject(
                    RemoveObjectArgs.builder().bucket(BUCKET).object(KEY).build());

            assertThatThrownBy(() -> get(client, KEY))
                    .isInstanceOfSatisfying(
                            ErrorResponseException.class,
                            e -> assertThat(e.errorResponse().code()).isEqualTo("NoSuchKey"));
            assertThat(client.bucketExists(
                            BucketExistsArgs.builder().bucket(BUCKET).build()))
                    .isTrue();
        }
    }

    @Test
    void listsWhileObjectsAreWritten() throws Exception {
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 300; i++) {
                    try {
                        put(client, "E" + i % 20 + "/sync_cap.jpg", new byte[100]);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                }
            });
            while (!writing.isDone()) {
                assertThat(list(client)).allMatch(key -> key.endsWith("/sync_cap.jpg"));
            }
            writing.join();
        }
    }

    @Test
    void rejectsUnsignedAndWronglySignedRequests() throws Exception {
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            MinioClient unauthorizedClient = client(store, "another secret");
            put(client, KEY, "private".getBytes(UTF_8));

            assertThat(httpGet(store.endpoint().resolve("/" + BUCKET + "/" + KEY))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(httpGet(store.endpoint().resolve("/" + BUCKET)).statusCode())
                    .isEqualTo(403);
            assertThatThrownBy(() -> get(unauthorizedClient, KEY)).isInstanceOf(ErrorResponseException.class);
            assertThatThrownBy(() -> put(unauthorizedClient, KEY, "forged".getBytes(UTF_8)))
                    .isInstanceOf(ErrorResponseException.class);
            String link = client.getPresignedObjectUrl(GetPresignedObjectUrlArgs.builder()
                    .method(Http.Method.GET)
                    .bucket(BUCKET)
                    .object(KEY)
                    .expiry(60)
                    .build());
            assertThat(httpGet(URI.create(link)).body()).isEqualTo("private");
        }
    }

    @Test
    void deletesUnfinishedFilesAtStart() throws Exception {
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            put(client, KEY, "complete".getBytes(UTF_8));
        }
        Path unfinished = writeUnfinished();
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            assertThat(unfinished).doesNotExist();
            assertThat(get(client, KEY)).asString().isEqualTo("complete");
        }
    }

    @Test
    void listsDespiteFileLeftByFullDisk() throws Exception {
        try (EmbeddedStore store = start()) {
            MinioClient client = client(store, SECRET_KEY);
            put(client, KEY, "complete".getBytes(UTF_8));
            Path unfinished = writeUnfinished();
            Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));

            assertThat(list(client)).containsExactly(KEY);
            assertThat(unfinished).doesNotExist();
        }
    }

    @Test
    void rejectsDirectoryInUse() throws Exception {
        try (EmbeddedStore store = start()) {
            StartFailures.assertNamesDirectoryInUse("object store", dir, this::start);
            assertThat(httpGet(store.endpoint()).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void namesPortInUse() throws Exception {
        StartFailures.assertNamesPortInUse("object store", port -> start(port));
    }

    @Test
    void rejectsUnwritableDirectory() {
        assertThatThrownBy(() -> EmbeddedStore.start(Path.of("/proc/self"), 0, ACCESS_KEY, SECRET_KEY, BUCKET))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("/proc/self");
    }

    private EmbeddedStore start() {
        return start(0);
    }

    private EmbeddedStore start(int port) {
        return EmbeddedStore.start(dir, port, ACCESS_KEY, SECRET_KEY, BUCKET);
    }

    private static MinioClient client(EmbeddedStore store, String secretKey) {
        return MinioClient.builder()
                .endpoint(store.endpoint().toString())
                .region("us-east-1")
                .credentials(ACCESS_KEY, secretKey)
                .httpClient(HTTP)
                .build();
    }

    /** Writes the incomplete file of an interrupted upload. */
    private Path writeUnfinished() throws IOException {
        return Files.writeString(
                dir.resolve("objects/captures/E001/sync_cap.jpg-1b4e28ba-2fa1-41d2-883f-0016d3cca427"), "ha");
    }

    private static List<String> list(MinioClient client) throws Exception {
        List<String> keys = new ArrayList<>();
        for (Result<Item> item : client.listObjects(
                ListObjectsArgs.builder().bucket(BUCKET).recursive(true).build())) {
            keys.add(item.get().objectName());
        }
        return keys;
    }

    private static void put(MinioClient client, String key, byte[] content) throws Exception {
        client.putObject(PutObjectArgs.builder()
                .bucket(BUCKET)
                .object(key)
                .data(content, content.length)
                .contentType("image/jpeg")
                .userMetadata(Map.of("plan", "P001", "sha256", "0f".repeat(32)))
                .build());
    }

    private static byte[] get(MinioClient client, String key) throws Exception {
        try (InputStream in = client.getObject(
                GetObjectArgs.builder().bucket(BUCKET).object(key).build())) {
            return in.readAllBytes();
        }
    }

    private static HttpResponse<String> httpGet(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
