package dev.mobilesync.web.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.embedded.EmbeddedStore;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.minio.BucketExistsArgs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Connection;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creates buckets in every region, and disables Nagle's algorithm. */
class S3ClientIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BUCKET = "new-bucket";

    /** AWS requires no constraint in us-east-1 and the region's in all others. Ceph requires none. */
    @ParameterizedTest
    @CsvSource({"us-east-1, 1", "eu-west-1, 2", "ap-northeast-2, 2"})
    void createsBucketInEveryRegion(String region, int requests) throws Exception {
        try (RegionalStore store = new RegionalStore(region)) {
            create(store.endpoint(), region);

            assertThat(store.created).containsExactly(BUCKET);
            assertThat(store.bodies).hasSize(requests);
            assertThat(store.bodies.get(0)).as("a plain PUT comes first").isEmpty();
        }
    }

    @Test
    void reportsOtherRejections() throws Exception {
        try (RegionalStore store = new RegionalStore("us-east-1")) {
            store.forbids = true;

            assertThatThrownBy(() -> create(store.endpoint(), "us-east-1"))
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("not yours");
            assertThat(store.bodies).as("asked once").hasSize(1);
        }
    }

    @Test
    void createsBucketInEmbeddedStore(@TempDir Path dir) throws Exception {
        try (EmbeddedStore store = EmbeddedStore.start(dir, 0, "access", "secret-key", "captures")) {
            assertCreatesBucket(settings(store.endpoint(), "us-east-1"));
        }
    }

    /** With the default region and with one that Ceph does not know. */
    @ParameterizedTest
    @ValueSource(strings = {"us-east-1", "eu-west-1"})
    @NeedsS3Gateway
    void createsBucketInCeph(String region) throws Exception {
        Map<String, String> properties = S3Gateway.properties();
        assertCreatesBucket(new WebServerProperties.Store(
                URI.create(String.valueOf(properties.get("mobile-sync.store.endpoint"))),
                String.valueOf(properties.get("mobile-sync.store.access-key")),
                String.valueOf(properties.get("mobile-sync.store.secret-key")),
                region,
                String.valueOf(properties.get("mobile-sync.store.bucket")),
                new KeyTemplate("{examineeId}.jpg"),
                LIMIT,
                LIMIT));
    }

    /** Creates the bucket as one instance does, and then as another one. */
    private static void assertCreatesBucket(WebServerProperties.Store settings) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (CaptureStore store = new CaptureStore(settings, 1, new SimpleMeterRegistry())) {
                store.ensureBucket(TimeLimit.in(LIMIT));
                store.ping(TimeLimit.in(LIMIT));
            }
        }
        OkHttpClient http = S3Client.http(settings).build();
        assertThat(S3Client.create(settings, http)
                        .bucketExists(BucketExistsArgs.builder()
                                .bucket(settings.bucket())
                                .build())
                        .get())
                .isTrue();
        close(http);
    }

    @Test
    void setsTcpNoDelay() throws Exception {
        List<Boolean> noDelay = new CopyOnWriteArrayList<>();
        try (RegionalStore store = new RegionalStore("us-east-1")) {
            OkHttpClient http = S3Client.http(settings(store.endpoint(), "us-east-1"))
                    .addNetworkInterceptor(chain -> {
                        Connection connection = Objects.requireNonNull(chain.connection());
                        noDelay.add(connection.socket().getTcpNoDelay());
                        return chain.proceed(chain.request());
                    })
                    .build();
            try {
                S3Client.create(settings(store.endpoint(), "us-east-1"), http)
                        .createBucket(BUCKET)
                        .join();
            } finally {
                close(http);
            }
        }

        assertThat(noDelay).containsExactly(true);
    }

    private static void create(URI endpoint, String region) {
        WebServerProperties.Store settings = settings(endpoint, region);
        OkHttpClient http = S3Client.http(settings).build();
        try {
            S3Client.create(settings, http).createBucket(BUCKET).join();
        } finally {
            close(http);
        }
    }

    private static void close(OkHttpClient http) {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private static WebServerProperties.Store settings(URI endpoint, String region) {
        return new WebServerProperties.Store(
                endpoint, "access", "secret-key", region, BUCKET, new KeyTemplate("{examineeId}.jpg"), LIMIT, LIMIT);
    }

    /** Implements only the creation of buckets, by AWS's rule. */
    private static final class RegionalStore implements AutoCloseable {

        private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        private final String region;
        private final List<String> bodies = new CopyOnWriteArrayList<>();
        private final List<String> created = new CopyOnWriteArrayList<>();
        private volatile boolean forbids;

        private RegionalStore(String region) throws IOException {
            this.region = region;
            server.createContext("/", this::createBucket);
            server.start();
        }

        private URI endpoint() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        private void createBucket(HttpExchange exchange) throws IOException {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                bodies.add(body);
                boolean constraint = body.contains("<LocationConstraint>" + region + "</LocationConstraint>");
                if (forbids) {
                    refuse(exchange, 403, "AccessDenied", "not yours");
                } else if (region.equals("us-east-1") && !body.isEmpty()) {
                    refuse(
                            exchange,
                            400,
                            "InvalidLocationConstraint",
                            "The specified location-constraint is not valid");
                } else if (!region.equals("us-east-1") && !constraint) {
                    refuse(
                            exchange,
                            400,
                            "IllegalLocationConstraintException",
                            "The location constraint is incompatible");
                } else {
                    created.add(Objects.requireNonNull(exchange.getRequestURI())
                            .getPath()
                            .replace("/", ""));
                    exchange.sendResponseHeaders(200, -1);
                }
            }
        }

        private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
            byte[] xml = "<Error><Code>%s</Code><Message>%s</Message></Error>"
                    .formatted(code, message)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
            exchange.sendResponseHeaders(status, xml.length);
            exchange.getResponseBody().write(xml);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
