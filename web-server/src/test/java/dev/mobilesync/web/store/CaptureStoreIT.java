package dev.mobilesync.web.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.VersioningStore;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract of an object store, run against each kind of store. */
@ServerContract
class CaptureStoreIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Contract {

        private final CaptureStore store;
        private final Map<String, String> properties;
        private final ExamineeKey examinee = new ExamineeKey("P001", "E" + UUID.randomUUID());
        private final byte[] picture = Jpegs.picture(64, 64, 1);
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

        Contract(Map<String, String> properties) {
            this.properties = properties;
            this.store = new CaptureStore(StoreProperties.of(properties, StoreProperties.KEY_TEMPLATE), 4, meters);
        }

        @BeforeAll
        void ensureBucket() throws Exception {
            store.ensureBucket(TimeLimit.in(LIMIT));
        }

        @AfterAll
        void close() {
            store.close();
        }

        @Test
        void ensuresBucketRepeatedly() throws Exception {
            store.ensureBucket(TimeLimit.in(LIMIT));
            store.ensureBucket(TimeLimit.in(LIMIT));
            store.ping(TimeLimit.in(LIMIT));
        }

        @Test
        void findsNothingForUnknownExaminee() throws Exception {
            ExamineeKey unknown = new ExamineeKey("P001", "N" + UUID.randomUUID());

            assertThat(store.find(unknown, TimeLimit.in(LIMIT))).isNull();
            assertThat(store.open(unknown, null)).isNull();
        }

        @Test
        void storesImageAndMetadata() throws Exception {
            CaptureMetadata metadata = metadata("idempotency").withStoredSha256(Digests.sha256(picture));
            CaptureStore.Stored stored = store.put(metadata, picture, TimeLimit.in(LIMIT));

            assertThat(stored.metadata()).isEqualTo(metadata);
            assertThat(store.find(examinee, TimeLimit.in(LIMIT))).isEqualTo(stored);
            CaptureStore.ObjectStream opened = opened(null);
            try (var content = opened.content()) {
                assertThat(content.readAllBytes()).isEqualTo(picture);
            }
            assertThat(opened.metadata()).isEqualTo(metadata);
            assertThat(opened.size()).isEqualTo(picture.length);
        }

        @Test
        void replacesImageAndKeepsItsVersion() throws Exception {
            CaptureStore.Stored first = store.put(metadata(null), picture, TimeLimit.in(LIMIT));
            byte[] other = Jpegs.picture(64, 64, 2);
            CaptureStore.Stored second = store.put(metadata(null), other, TimeLimit.in(LIMIT));

            assertThat(store.find(examinee, TimeLimit.in(LIMIT))).isEqualTo(second);
            try (var content = opened(null).content()) {
                assertThat(content.readAllBytes()).isEqualTo(other);
            }
            if (first.version() != null) {
                try (var content = opened(first.version()).content()) {
                    assertThat(content.readAllBytes()).isEqualTo(picture);
                }
            }
        }

        @Test
        void timesCallsByOperationAndOutcome() throws Exception {
            long put = calls("put", "success");
            long timeouts = calls("put", "timeout");
            long missing = calls("get", "not_found");
            putOne();
            assertThatThrownBy(() -> store.put(metadata(null), picture, TimeLimit.in(Duration.ZERO)))
                    .isInstanceOf(StoreFailedException.class);
            store.open(new ExamineeKey("P001", "N" + UUID.randomUUID()), null);

            assertThat(calls("put", "success")).isEqualTo(put + 1);
            assertThat(calls("put", "timeout")).isEqualTo(timeouts + 1);
            assertThat(calls("get", "not_found")).isEqualTo(missing + 1);
        }

        private long calls(String operation, String outcome) {
            return meters.get("mobile.sync.store")
                    .tags("operation", operation, "outcome", outcome)
                    .timer()
                    .count();
        }

        @Test
        void storesFiveMebibytes() throws Exception {
            byte[] large = new byte[5 * 1024 * 1024];
            assertThat(store.put(metadata(null), large, TimeLimit.in(LIMIT)).size())
                    .isEqualTo(large.length);
            try (var content = opened(null).content()) {
                assertThat(content.readAllBytes()).isEqualTo(large);
            }
        }

        @Test
        void failsAtTheTimeLimit() {
            assertThatThrownBy(() -> store.put(metadata(null), picture, TimeLimit.in(Duration.ZERO)))
                    .isInstanceOf(StoreFailedException.class);
        }

        CaptureStore.Stored putOne() throws StoreFailedException {
            return store.put(metadata(null), picture, TimeLimit.in(LIMIT));
        }

        CaptureStore.@Nullable Stored find() throws StoreFailedException {
            return store.find(examinee, TimeLimit.in(LIMIT));
        }

        boolean contains(@Nullable String version) throws Exception {
            CaptureStore.ObjectStream opened = store.open(examinee, version);
            if (opened == null) {
                return false;
            }
            try (var content = opened.content()) {
                return Arrays.equals(content.readAllBytes(), picture);
            }
        }

        void delete() throws Exception {
            WebServerProperties.Store storeProperties = StoreProperties.of(properties, StoreProperties.KEY_TEMPLATE);
            String key =
                    store.imageUrl(examinee).substring(storeProperties.bucket().length() + 2);
            MinioClient.builder()
                    .endpoint(Objects.requireNonNull(storeProperties.endpoint()).toString())
                    .region(storeProperties.region())
                    .credentials(
                            Objects.requireNonNull(storeProperties.accessKey()),
                            Objects.requireNonNull(storeProperties.secretKey()))
                    .build()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(storeProperties.bucket())
                            .object(key)
                            .build());
        }

        URI address() {
            return URI.create(properties.get("mobile-sync.store.endpoint")).resolve(store.imageUrl(examinee));
        }

        CaptureStore withWrongCredentials() {
            Map<String, String> wrong = new HashMap<>(properties);
            wrong.put("mobile-sync.store.secret-key", "not-the-secret-key");
            return new CaptureStore(
                    StoreProperties.of(wrong, StoreProperties.KEY_TEMPLATE), 4, new SimpleMeterRegistry());
        }

        private CaptureStore.ObjectStream opened(@Nullable String version) throws StoreFailedException {
            return Objects.requireNonNull(store.open(examinee, version));
        }

        private CaptureMetadata metadata(@Nullable String idempotencyKey) {
            return new CaptureMetadata(
                    examinee,
                    "M001",
                    Instant.parse("2024-01-01T09:00:00.123Z"),
                    "00".repeat(32),
                    "00".repeat(32),
                    idempotencyKey,
                    new DeviceInfo("갤럭시 S24", "Android 16"));
        }
    }

    /** The further contract of a store that checks credentials. */
    abstract static class AuthenticatedContract extends Contract {

        AuthenticatedContract(Map<String, String> properties) {
            super(properties);
        }

        @Test
        void rejectsRequestWithoutCredentials() throws Exception {
            putOne();
            HttpResponse<Void> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address()).build(), BodyHandlers.discarding());
            assertThat(response.statusCode()).isEqualTo(403);
        }

        @Test
        void rejectsWrongCredentials() {
            try (CaptureStore other = withWrongCredentials()) {
                assertThatThrownBy(() -> other.ping(TimeLimit.in(LIMIT))).isInstanceOf(StoreFailedException.class);
            }
        }
    }

    /** The store of {@code MOBILE_SYNC_STORE_ENDPOINT}, or the embedded one. */
    @Nested
    class ConfiguredOrEmbedded extends AuthenticatedContract {

        ConfiguredOrEmbedded() {
            super(TestServers.shared().properties());
        }
    }

    @Nested
    @NeedsS3Gateway
    class Gateway extends AuthenticatedContract {

        Gateway() {
            super(S3Gateway.properties());
        }

        @Test
        void returnsVersion() throws Exception {
            assertThat(putOne().version()).isNotNull();
        }

        /** An operator deletes without naming a version: the store adds a delete marker. */
        @Test
        void hidesDeletedImageAndKeepsItsVersion() throws Exception {
            CaptureStore.Stored stored = putOne();
            delete();

            assertThat(find()).isNull();
            assertThat(contains(null)).isFalse();
            assertThat(contains(stored.version())).isTrue();
            CaptureStore.Stored again = putOne();
            assertThat(again.version()).isNotEqualTo(stored.version());
            assertThat(find()).isEqualTo(again);
        }
    }

    /** A store that creates the bucket and versions its objects. */
    @Nested
    class Versioning extends Contract {

        Versioning() {
            super(VersioningStore.start().properties());
        }

        @Test
        void returnsVersion() throws Exception {
            assertThat(putOne().version()).isNotNull();
        }
    }
}
