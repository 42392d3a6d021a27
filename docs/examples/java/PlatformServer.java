import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an exam platform's server does with mobile-sync: it issues tokens to examinees, gives an order, and follows the changes of a plan.
 *
 * <pre>
 * export MOBILE_SYNC_JWT_SECRET=$(cat data/secret) WEB=http://localhost:8080
 * java -cp standalone/target/mobile-sync.jar docs/examples/java/PlatformServer.java P001 E001
 * </pre>
 *
 * The class path provides Nimbus JOSE + JWT and Jackson 3, which your project has as dependencies.
 */
public final class PlatformServer {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final JsonMapper json = new JsonMapper();
    private final URI web;
    private final String secret;
    private final String plan;

    /** The greatest revision of each examinee that was processed. Keep it where you keep {@code next}. */
    private final Map<String, Long> revisions = new HashMap<>();

    PlatformServer(URI web, String secret, String plan) {
        this.web = web;
        this.secret = secret;
        this.plan = plan;
    }

    public static void main(String[] args) throws Exception {
        PlatformServer server =
                new PlatformServer(URI.create(System.getenv("WEB")), System.getenv("MOBILE_SYNC_JWT_SECRET"), args[0]);
        System.out.println("token " + server.examineeToken(args[1]));
        // The key belongs to the order. Store both before the first attempt, so that a restart repeats the same order.
        String orderKey = UUID.randomUUID().toString();
        System.out.println("order " + server.giveOrder(args[1], orderKey, Map.of("order", "RETAKE", "reason", "too dark")));
        server.followPlan();
    }

    /** Issues a token for the examinee's browser, after your platform has signed the examinee in. Never put it in a URL. */
    String examineeToken(String examinee) {
        return sign(Map.of("role", "examinee", "plan", plan, "examinee", examinee));
    }

    private String serviceToken() {
        return sign(Map.of("role", "service", "sub", "exam-platform", "plans", List.of(plan)));
    }

    private String sign(Map<String, Object> claims) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .audience("mobile-sync")
                .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(10))));
        claims.forEach(builder::claim);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), builder.build());
        try {
            token.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (JOSEException e) {
            throw new IllegalStateException("the secret is too short", e);
        }
        return token.serialize();
    }

    /**
     * Gives an order, once: repeats the same request with the same key until it is accepted or rejected.
     *
     * @return the {@code timestamp} of the accepted order, which the record's {@code lastOrder} has as soon as the order is applied
     */
    String giveOrder(String examinee, String key, Map<String, String> order) throws IOException, InterruptedException {
        for (int failures = 0; ; failures++) {
            HttpRequest request = request("/examinees/" + examinee + "/orders")
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString(json.writeValueAsString(order)))
                    .build();
            HttpResponse<String> response = null;
            try {
                response = http.send(request, BodyHandlers.ofString());
            } catch (IOException e) {
                // The order may have taken effect all the same: the same key makes the repetition harmless.
                System.err.println("no response: " + e);
            }
            if (response != null && response.statusCode() == 202) {
                return json.readTree(response.body()).required("timestamp").asString();
            }
            if (response != null && !isRetryable(response)) {
                throw new IOException("the order was rejected: " + response.body());
            }
            pause(response, failures);
        }
    }

    /** Follows the changes of the plan, without end. Store {@code next} when you have processed a response. */
    void followPlan() throws InterruptedException {
        String next = "";
        for (int failures = 0; ; ) {
            HttpResponse<String> response = null;
            try {
                String cursor = URLEncoder.encode(next, StandardCharsets.UTF_8);
                HttpRequest request = request("/mobile-sync?size=1000&updatedSince=" + cursor).build();
                response = http.send(request, BodyHandlers.ofString());
            } catch (IOException e) {
                System.err.println("no response: " + e);
            }
            if (response == null || response.statusCode() != 200) {
                if (response != null && !isRetryable(response)) {
                    throw new IllegalStateException("the plan cannot be read: " + response.body());
                }
                pause(response, failures++);
                continue;
            }
            failures = 0;
            JsonNode changes = json.readTree(response.body());
            changes.required("items").forEach(this::process);
            next = changes.required("next").asString();
            if (!changes.path("more").asBoolean()) {
                Thread.sleep(POLL_INTERVAL.toMillis());
            }
        }
    }

    /** A record may come again: only a greater revision is a change. */
    private void process(JsonNode record) {
        String examinee = record.path("examineeId").asString();
        long revision = record.path("revision").asLong();
        if (revision > revisions.getOrDefault(examinee, 0L)) {
            revisions.put(examinee, revision);
            System.out.println("change " + examinee + " " + record.path("status").asString());
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(web.resolve("/api/v1/plans/" + plan + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + serviceToken());
    }

    private boolean isRetryable(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        // A proxy's own errors are no problem documents.
        return type.startsWith("application/problem+json")
                ? json.readTree(response.body()).path("retryable").asBoolean()
                : response.statusCode() >= 500;
    }

    /** Waits for {@code Retry-After}, or longer after each failure, in both cases with jitter. */
    private static void pause(HttpResponse<?> response, int failures) throws InterruptedException {
        long atLeast = response == null
                ? 0
                : response.headers().firstValueAsLong("Retry-After").orElse(0) * 1_000;
        long backOff = Math.min(LONGEST_PAUSE.toMillis(), 500L << Math.min(failures, 10));
        Thread.sleep(atLeast + ThreadLocalRandom.current().nextLong(backOff / 2, backOff));
    }
}
