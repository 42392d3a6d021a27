package dev.mobilesync.state;

import dev.mobilesync.messages.Identifiers;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of webhooks, {@code mobile-sync.webhook.*}. Nothing is sent, and no queue is declared, until an address is set.
 *
 * @param url the receiver of the state changes of all plans that no endpoint lists; none if empty
 * @param secret its secrets; each request is signed with all of them. More than one while a secret is replaced
 * @param endpoints further receivers, by their names
 * @param allowHttp whether addresses may begin with {@code http://}
 * @param sslBundle the SSL bundle with the certificates to trust, and one of the client; the JVM's if empty
 * @param connectTimeout the time limit of a connection attempt; at most 1 min
 * @param timeout the time limit of a request, including its response; 100 ms to 1 min
 * @param retryInitialInterval the pause after the first failed attempt for a change; doubled after each further one, with jitter
 * @param retryMaxInterval the longest pause between two attempts for a change; at most 1 h
 * @param probeInterval between two attempts while an endpoint is unavailable; at most 10 min
 * @param giveUpAfter the age of a change after which it becomes a dead letter; at most 7 d
 * @param maxInFlight concurrent requests to an endpoint; at most 256
 * @param maxPending changes for an endpoint that an instance holds in memory; at most 10,000
 */
public record WebhookProperties(
        @DefaultValue("") String url,
        @DefaultValue List<WebhookSecret> secret,
        @DefaultValue @Size(max = MAX_ENDPOINTS) Map<String, Endpoint> endpoints,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue("") String sslBundle,

        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration connectTimeout,

        @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration timeout,

        @DefaultValue("1s") @DurationMin(millis = 1) Duration retryInitialInterval,

        @DefaultValue("5m") @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration retryMaxInterval,

        @DefaultValue("15s") @DurationMin(millis = 1) @DurationMax(minutes = 10)
        Duration probeInterval,

        @DefaultValue("1d") @DurationMin(millis = 1) @DurationMax(days = 7)
        Duration giveUpAfter,

        @DefaultValue("16") @Positive @Max(256) int maxInFlight,
        @DefaultValue("1000") @Positive @Max(10_000) int maxPending) {

    /** The name of the endpoint with {@link #url}. */
    public static final String DEFAULT_ENDPOINT = "default";

    private static final int MAX_ENDPOINTS = 50;
    private static final int MAX_SECRETS = 4;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    /** {@code webhook_queue.dlq} is the queue of dead letters. */
    private static final Set<String> RESERVED_NAMES = Set.of(DEFAULT_ENDPOINT, "dlq");

    /**
     * The receiver of some plans.
     *
     * @param url as {@link WebhookProperties#url}
     * @param secret as {@link WebhookProperties#secret}
     * @param plans the plans whose state changes it receives
     */
    public record Endpoint(
            @DefaultValue("") String url,
            @DefaultValue List<WebhookSecret> secret,
            @DefaultValue List<String> plans) {

        @Override
        public String toString() {
            return "Endpoint[plans=" + plans + "]";
        }
    }

    /** Whether there is a receiver. */
    public boolean isEnabled() {
        return !url.isBlank() || !endpoints.isEmpty();
    }

    /** Returns the plans that have an endpoint of their own. */
    public Set<String> listedPlans() {
        Set<String> plans = new HashSet<>();
        endpoints.values().forEach(endpoint -> plans.addAll(endpoint.plans()));
        return plans;
    }

    // Rules of several settings, and of secrets: a violated constraint of a single one would carry its value.

    @AssertTrue(
            message =
                    "mobile-sync.webhook.url (MOBILE_SYNC_WEBHOOK_URL), also of mobile-sync.webhook.endpoints, must be an"
                            + " https address without user, password or fragment (http only with MOBILE_SYNC_WEBHOOK_ALLOW_HTTP=true)")
    boolean isEachUrlValid() {
        return (url.isBlank() || isValid(url))
                && endpoints.values().stream().allMatch(endpoint -> isValid(endpoint.url()));
    }

    @AssertTrue(
            message =
                    "mobile-sync.webhook.secret (MOBILE_SYNC_WEBHOOK_SECRET), also of mobile-sync.webhook.endpoints, must be"
                            + " 1 to 4 secrets, separated by commas: each whsec_ and 24 to 64 bytes in Base64")
    boolean isEachSecretValid() {
        List<List<WebhookSecret>> all = new ArrayList<>();
        if (!url.isBlank() || !secret.isEmpty()) {
            all.add(secret);
        }
        endpoints.values().forEach(endpoint -> all.add(endpoint.secret()));
        return all.stream()
                .allMatch(secrets -> !secrets.isEmpty()
                        && secrets.size() <= MAX_SECRETS
                        && secrets.stream().allMatch(WebhookSecret::isValid));
    }

    @AssertTrue(message = "mobile-sync.webhook.secret (MOBILE_SYNC_WEBHOOK_SECRET) is set, but no url")
    boolean isSecretUsed() {
        return secret.isEmpty() || !url.isBlank();
    }

    @AssertTrue(
            message =
                    "mobile-sync.webhook.endpoints must have names of lower-case letters, digits and hyphens, at most 32"
                            + " characters, other than default and dlq")
    boolean isEachNameValid() {
        return endpoints.keySet().stream()
                .allMatch(name -> NAME.matcher(name).matches() && !RESERVED_NAMES.contains(name));
    }

    @AssertTrue(message = "mobile-sync.webhook.endpoints must each list plans, and each plan belongs to one of them")
    boolean isEachPlanListedOnce() {
        List<String> plans = endpoints.values().stream()
                .flatMap(endpoint -> endpoint.plans().stream())
                .toList();
        return endpoints.values().stream()
                        .noneMatch(endpoint -> endpoint.plans().isEmpty())
                && plans.stream().allMatch(Identifiers::isValid)
                && new HashSet<>(plans).size() == plans.size();
    }

    @AssertTrue(
            message =
                    "mobile-sync.webhook.retry-max-interval (MOBILE_SYNC_WEBHOOK_RETRY_MAX_INTERVAL) must not be less than retry-initial-interval")
    boolean isRetryMaxIntervalValid() {
        return retryMaxInterval.compareTo(retryInitialInterval) >= 0;
    }

    private boolean isValid(String address) {
        try {
            URI uri = URI.create(address);
            boolean scheme =
                    "https".equalsIgnoreCase(uri.getScheme()) || allowHttp && "http".equalsIgnoreCase(uri.getScheme());
            return scheme && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Without addresses, which may contain a secret. */
    @Override
    public String toString() {
        return "WebhookProperties[endpoints=" + endpoints.keySet() + "]";
    }
}
