package dev.mobilesync.web.common;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import dev.mobilesync.service.properties.RenamedKeysEnvironmentPostProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class WebServerPropertiesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Bound.class)
            .withPropertyValues(
                    "mobile-sync.store.endpoint=http://127.0.0.1:9000",
                    "mobile-sync.store.access-key=a",
                    "mobile-sync.store.secret-key=top-secret");

    @EnableConfigurationProperties(WebServerProperties.class)
    static class Bound {}

    @Test
    void hasDefaults() {
        run(properties -> {
            assertThat(properties.maxCaptureSize()).isEqualTo(DataSize.ofBytes(5 * 1024 * 1024));
            assertThat(properties.maxUploads()).isEqualTo(64);
            assertThat(properties.uploadSlotTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(properties.maxConcurrentUploadsPerExaminee()).isEqualTo(2);
            assertThat(properties.uploadResponseTimeout()).isLessThan(Duration.ofSeconds(5));
            assertThat(properties.allowedOrigins()).isEmpty();
            assertThat(properties.publicUrl()).isNull();
            assertThat(properties.pairedDeviceTtl()).isEqualTo(Duration.ofDays(7));
            assertThat(properties.pictureRetention()).isEqualTo(Duration.ofDays(30));
            assertThat(properties.store().bucket()).isEqualTo("captures");
            assertThat(properties.store().keyTemplate().key(new ExamineeKey("P001", "E001")))
                    .isEqualTo("E001/sync_cap.jpg");
            assertThat(Path.of(properties.body().directory())).isDirectory();
            assertThat(properties.body())
                    .isEqualTo(new WebServerProperties.Body(
                            Duration.ofMinutes(5),
                            DataSize.ofKilobytes(1),
                            Duration.ofSeconds(15),
                            DataSize.ofMegabytes(64),
                            DataSize.ofGigabytes(2),
                            properties.body().directory()));
            assertThat(properties.pairing())
                    .isEqualTo(new WebServerProperties.Pairing(Duration.ofMinutes(2), Duration.ofHours(4), 10, 1_000));
            assertThat(properties.limits()).isEqualTo(new WebServerProperties.Limits(20, 1_200, 300, 12_000));
            assertThat(properties.pages())
                    .isEqualTo(new WebServerProperties.Pages(
                            ":8081/ws", null, null, false, "수험자", null, null, Duration.ofSeconds(20)));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.store.endpoint, ftp://x",
        "mobile-sync.store.endpoint, ''",
        "mobile-sync.store.access-key, ''",
        "mobile-sync.store.secret-key, ' '",
        "mobile-sync.store.bucket, Captures",
        "mobile-sync.store.key-template, x.jpg",
        "mobile-sync.store.timeout, 0s",
        "mobile-sync.store.connect-timeout, -1s",
        "mobile-sync.max-capture-size, 0",
        "mobile-sync.max-capture-size, 1GB",
        "mobile-sync.max-uploads, 0",
        "mobile-sync.max-concurrent-uploads-per-examinee, 0",
        "mobile-sync.upload-slot-timeout, -1s",
        "mobile-sync.upload-response-timeout, 0s",
        "mobile-sync.allowed-origins, *",
        "mobile-sync.allowed-origins, https://a.example/path",
        "mobile-sync.allowed-origins, localhost",
        "mobile-sync.allowed-origins, capacitor://",
        "mobile-sync.allowed-origins, https://a.example;b",
        "mobile-sync.public-url, exam.example.com",
        "mobile-sync.public-url, ftp://exam.example.com",
        "mobile-sync.public-url, https://exam.example.com?a=b",
        "mobile-sync.public-url, https://exam.example.com#a",
        "mobile-sync.public-url, https://me@exam.example.com",
        "mobile-sync.state-ttl, 0s",
        "mobile-sync.sweep-interval, 500ms",
        "mobile-sync.sweep-interval, -1s",
        "mobile-sync.picture-retention, 23h",
        "mobile-sync.picture-retention, -30d",
        "mobile-sync.body.max-time, 0s",
        "mobile-sync.body.min-rate, -1",
        "mobile-sync.body.rate-window, 500ms",
        "mobile-sync.body.rate-window, 16s",
        "mobile-sync.body.memory, 1KB",
        "mobile-sync.body.disk, -1",
        "mobile-sync.body.directory, /no/such/folder",
        "mobile-sync.pages.examinee-word, 수험생",
        "mobile-sync.pages.examinee-word, <b>응시자",
        "mobile-sync.pages.review-time, -1s",
        "mobile-sync.pages.review-time, 1h",
        "mobile-sync.pairing.code-ttl, 0s",
        "mobile-sync.pairing.code-ttl, 61m",
        "mobile-sync.pairing.token-ttl, 8d",
        "mobile-sync.pairing.max-wrong-codes-per-address, 0",
        "mobile-sync.pairing.max-wrong-codes-per-address, 1000001",
        "mobile-sync.pairing.max-wrong-codes, -1",
        "mobile-sync.limits.uploads-per-examinee, -1",
        "mobile-sync.limits.requests-per-caller, -1",
        "mobile-sync.limits.anonymous-requests-per-address, -1",
        "mobile-sync.limits.pages-per-address, -1",
        "mobile-sync.pages.socket-url, http://exam.example.com/ws",
        "mobile-sync.pages.token-url, ftp://exam.example.com/token",
        "mobile-sync.pages.completed-url, exam.example.com"
    })
    void rejectsInvalidValueAndNamesKey(String key, String value) {
        String variable = key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        runner.withPropertyValues(key + "=" + value)
                .run(context -> assertThat(failure(context)).startsWith(key + " (" + variable + ") "));
    }

    @Test
    void namesEachInvalidKey() {
        runner.withPropertyValues("mobile-sync.store.bucket=Captures", "mobile-sync.max-uploads=0")
                .run(context -> assertThat(failure(context).lines())
                        .containsExactly(
                                "mobile-sync.max-uploads (MOBILE_SYNC_MAX_UPLOADS) must be greater than 0",
                                "mobile-sync.store.bucket (MOBILE_SYNC_STORE_BUCKET) must be a bucket's name: 3 to 63"
                                        + " lower-case letters, digits, dots and hyphens"));
    }

    @Test
    void printsNoSecrets() {
        run(properties -> assertThat(properties.toString()).contains("captures").doesNotContain("top-secret"));
        runner.withPropertyValues("mobile-sync.store.bucket=Captures")
                .run(context -> assertThat(Throwables.getStackTrace(requireNonNull(context.getStartupFailure())))
                        .contains("Captures")
                        .doesNotContain("top-secret"));
    }

    @Test
    void acceptsOriginsOfPagesAndApps() {
        String origins = "https://exam.example.com:8443,capacitor://localhost,ionic://localhost";
        run(
                properties -> assertThat(properties.allowedOrigins()).containsExactly(origins.split(",")),
                "mobile-sync.allowed-origins=" + origins);
    }

    @ParameterizedTest
    @CsvSource({
        "mobile-sync.public-url, https://exam.example.com/sync",
        "mobile-sync.public-url, http://[::1]:8080",
        "mobile-sync.pages.socket-url, /ws",
        "mobile-sync.pages.socket-url, wss://exam.example.com/ws",
        "mobile-sync.pages.token-url, /token?a=b",
        "mobile-sync.pages.token-url, https://exam.example.com",
        "mobile-sync.pages.completed-url, 'https://exam.example.com/plans/{planId}/next'"
    })
    void acceptsAddress(String key, String value) {
        runner.withPropertyValues(key + "=" + value)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void keepsPairedDeviceAsLongAsToken() {
        run(
                properties -> assertThat(properties.pairedDeviceTtl()).isEqualTo(Duration.ofDays(3)),
                "mobile-sync.state-ttl=2d",
                "mobile-sync.pairing.token-ttl=3d");
    }

    @Test
    void acceptsDeprecatedNames() {
        Map<String, Object> variables =
                Map.of("MOBILE_SYNC_PAIRING_LIFE", "1m", "MOBILE_SYNC_PAIRING_TOKEN_LIFE", "3h");
        runner.withInitializer(context -> {
                    ConfigurableEnvironment environment = context.getEnvironment();
                    environment
                            .getPropertySources()
                            .replace(
                                    "systemEnvironment",
                                    new SystemEnvironmentPropertySource("systemEnvironment", variables));
                    ConfigurationPropertySources.attach(environment);
                    new RenamedKeysEnvironmentPostProcessor(Supplier::get)
                            .postProcessEnvironment(environment, new SpringApplication());
                })
                .run(context -> {
                    WebServerProperties.Pairing pairing =
                            context.getBean(WebServerProperties.class).pairing();
                    assertThat(pairing.codeTtl()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(pairing.tokenTtl()).isEqualTo(Duration.ofHours(3));
                });
    }

    private void run(Consumer<WebServerProperties> check, String... more) {
        runner.withPropertyValues(more).run(context -> check.accept(context.getBean(WebServerProperties.class)));
    }

    private static String failure(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        return PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure()));
    }
}
