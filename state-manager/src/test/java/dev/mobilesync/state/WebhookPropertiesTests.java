package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class WebhookPropertiesTests {

    private static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String URL = "mobile-sync.webhook.url=https://exam.example.com/hooks?token=abc";

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @EnableConfigurationProperties(StateManagerProperties.class)
    static class Bound {}

    @Test
    void bindsEnvironment() {
        Map<String, Object> environment = Map.of(
                "MOBILE_SYNC_WEBHOOK_URL", "https://exam.example.com/hooks",
                "MOBILE_SYNC_WEBHOOK_SECRET", SECRET + "," + OTHER,
                "MOBILE_SYNC_WEBHOOK_GIVE_UP_AFTER", "2h",
                "MOBILESYNC_WEBHOOK_ENDPOINTS_ACME_URL", "https://acme.example.com/hooks",
                "MOBILESYNC_WEBHOOK_ENDPOINTS_ACME_SECRET", OTHER,
                "MOBILESYNC_WEBHOOK_ENDPOINTS_ACME_PLANS", "P001,P002");
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .replace(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new SystemEnvironmentPropertySource(
                                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, environment)))
                .run(context -> {
                    WebhookProperties webhook =
                            context.getBean(StateManagerProperties.class).webhook();
                    assertThat(webhook.isEnabled()).isTrue();
                    assertThat(webhook.giveUpAfter()).hasHours(2);
                    assertThat(webhook.secret())
                            .extracting(WebhookSecret::reveal)
                            .containsExactly(SECRET, OTHER);
                    assertThat(webhook.endpoints()).containsOnlyKeys("acme");
                    assertThat(requireNonNull(webhook.endpoints().get("acme")).plans())
                            .containsExactly("P001", "P002");
                    assertThat(webhook.listedPlans()).containsExactlyInAnyOrder("P001", "P002");
                });
    }

    @Test
    void printsNeitherSecretsNorAddresses() {
        valid("mobile-sync.webhook.endpoints.acme.url=https://acme.example.com/hooks")
                .run(context -> assertThat(
                                context.getBean(StateManagerProperties.class).toString())
                        .contains("acme")
                        .doesNotContain("token", "example.com", SECRET.substring(6)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://exam.example.com/hooks",
                "https://user:secret@exam.example.com/hooks",
                "https://exam.example.com/hooks#part",
                "https:///hooks",
                "ftp://exam.example.com",
                "exam.example.com",
                "https://exam example.com"
            })
    void rejectsAddress(String url) {
        assertThat(failure("mobile-sync.webhook.url=" + url, "mobile-sync.webhook.secret=" + SECRET))
                .startsWith("mobile-sync.webhook.url (MOBILE_SYNC_WEBHOOK_URL)")
                .doesNotContain("example.com");
    }

    @Test
    void acceptsHttpIfAllowed() {
        runner.withPropertyValues(
                        "mobile-sync.webhook.url=http://127.0.0.1:9000/hooks",
                        "mobile-sync.webhook.secret=" + SECRET,
                        "mobile-sync.webhook.allow-http=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "whsec_",
                "whsec_c2hvcnQ=",
                "whsec_!!!!MzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                SECRET + ",secret",
                SECRET + "," + SECRET + "," + SECRET + "," + SECRET + "," + SECRET
            })
    void rejectsSecretsWithoutPrintingThem(String secrets) {
        assertThat(failure(URL, "mobile-sync.webhook.secret=" + secrets))
                .startsWith("mobile-sync.webhook.secret (MOBILE_SYNC_WEBHOOK_SECRET)")
                .doesNotContain("MDEyMz", "c2hvcnQ");
    }

    @Test
    void rejectsSecretWithoutAddress() {
        assertThat(failure("mobile-sync.webhook.secret=" + SECRET)).contains("MOBILE_SYNC_WEBHOOK_SECRET");
    }

    /** Beside an endpoint with plan P001. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.url=https://example.com a.plans=P002 | mobile-sync.webhook.secret",
                "a.secret=" + SECRET + " a.plans=P002 | mobile-sync.webhook.url",
                "a.url=https://example.com a.secret=" + SECRET + " | must each list plans",
                "dlq.url=https://example.com dlq.secret=" + SECRET + " dlq.plans=P002 | must have names",
                "default.url=https://example.com default.secret=" + SECRET + " default.plans=P002 | must have names",
                "a.url=https://example.com a.secret=" + SECRET + " a.plans=P001 | each plan belongs to one",
                "a.url=https://example.com a.secret=" + SECRET + " a.plans=../P1 | each plan belongs to one"
            })
    void rejectsEndpoint(String settings, String reason) {
        Stream<String> first = Stream.of("first.url=https://example.com", "first.secret=" + SECRET, "first.plans=P001");
        assertThat(failure(Stream.concat(first, Stream.of(settings.split(" ")))
                        .map(setting -> "mobile-sync.webhook.endpoints." + setting)
                        .toArray(String[]::new)))
                .contains(reason)
                .doesNotContain("MDEyMz");
    }

    private ApplicationContextRunner valid(String more) {
        return runner.withPropertyValues(Stream.of(
                        URL,
                        "mobile-sync.webhook.secret=" + SECRET,
                        more,
                        "mobile-sync.webhook.endpoints.acme.secret=" + SECRET,
                        "mobile-sync.webhook.endpoints.acme.plans=P001")
                .toArray(String[]::new));
    }

    private String failure(String... settings) {
        String[] description = new String[1];
        runner.withPropertyValues(settings)
                .run(context -> description[0] =
                        PropertiesFailureAnalyzer.describe(requireNonNull(context.getStartupFailure())));
        return requireNonNull(description[0]);
    }
}
