package dev.mobilesync.testsupport;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.api.HttpContract;
import dev.mobilesync.testsupport.api.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Calls web-server over REST like phones, examinees' pages and proctors' boards. Returns error responses too. Each exchange must
 * be as {@code openapi.yaml} documents it.
 */
public final class ApiClient {

    public static final String REDEEM_PATH = "/api/v1/pairings/redeem";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient SHARED = HttpClient.newHttpClient();

    private final HttpClient http;
    private final URI server;
    private final boolean documented;

    /**
     * @param server scheme, host and port
     */
    public ApiClient(URI server) {
        this(SHARED, server);
    }

    /**
     * @param http the client, for example one that trusts the server's certificate
     */
    public ApiClient(HttpClient http, URI server) {
        this(http, server, true);
    }

    private ApiClient(HttpClient http, URI server, boolean documented) {
        this.http = http;
        this.server = server;
        this.documented = documented;
    }

    /** A client of another HTTP server, such as a management port. */
    public static ApiClient ofOther(URI server) {
        return ofOther(SHARED, server);
    }

    /** A client of another HTTP server, such as a management port. */
    public static ApiClient ofOther(HttpClient http, URI server) {
        return new ApiClient(http, server, false);
    }

    public static String capturesPath(String plan, String examinee) {
        return examineePath(plan, examinee) + "/mobile-captures";
    }

    public static String pairingsPath(String plan, String examinee) {
        return examineePath(plan, examinee) + "/pairings";
    }

    public static String recordPath(String plan, String examinee) {
        return examineePath(plan, examinee) + "/mobile-sync";
    }

    public static String recordsPath(String plan) {
        return "/api/v1/plans/" + plan + "/mobile-sync";
    }

    public static String ordersPath(String plan, String examinee) {
        return examineePath(plan, examinee) + "/orders";
    }

    private static String examineePath(String plan, String examinee) {
        return "/api/v1/plans/" + plan + "/examinees/" + examinee;
    }

    public static JsonNode json(HttpResponse<String> response) {
        return MessageCodec.mapper().readTree(response.body());
    }

    /** The JSON body of a response; fails if the status differs. */
    public static JsonNode json(HttpResponse<String> response, int status) {
        if (response.statusCode() != status) {
            throw new AssertionError(
                    response.uri() + " answered " + response.statusCode() + ", not " + status + ": " + response.body());
        }
        return json(response);
    }

    /** The {@code code} of a problem document. */
    public static String code(HttpResponse<String> response) {
        return json(response).path("code").asString();
    }

    /**
     * Starts a request.
     *
     * @param token empty for an anonymous one
     */
    public HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body) {
        try {
            HttpRequest sent = request.build();
            HttpResponse<T> response = http.send(sent, body);
            if (documented) {
                HttpContract.check(HttpExchange.of(sent, response));
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> get(String path, String token) {
        return send(request(path, token));
    }

    public HttpResponse<byte[]> getBytes(String path, String token) {
        return send(request(path, token), BodyHandlers.ofByteArray());
    }

    /** Posts an empty body. */
    public HttpResponse<String> post(String path, String token) {
        return send(request(path, token).POST(BodyPublishers.noBody()));
    }

    /** Uploads as a phone that the platform paired. */
    public HttpResponse<String> upload(ExamineeKey examinee, String device, byte[] image, String... headers) {
        String token = TestTokens.device(examinee.planId(), examinee.examineeId(), device);
        return uploadBody(examinee, token, MultipartBody.upload(device, image), headers);
    }

    /**
     * Uploads an arbitrary body.
     *
     * @param headers names and values in turn
     */
    public HttpResponse<String> uploadBody(ExamineeKey examinee, String token, byte[] body, String... headers) {
        return uploadBody(capturesPath(examinee.planId(), examinee.examineeId()), token, body, headers);
    }

    public HttpResponse<String> uploadBody(String path, String token, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path, token)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(BodyPublishers.ofByteArray(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Gives an order, as the platform's server does. */
    public HttpResponse<String> giveOrder(ExamineeKey examinee, String token, String idempotencyKey, String body) {
        return send(request(ordersPath(examinee.planId(), examinee.examineeId()), token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body)));
    }

    /** Requests a pairing, as the examinee's page does. */
    public HttpResponse<String> requestPairing(ExamineeKey examinee) {
        String token = TestTokens.examinee(examinee.planId(), examinee.examineeId());
        return post(pairingsPath(examinee.planId(), examinee.examineeId()), token);
    }

    /** Redeems a code, as the phone does. */
    public HttpResponse<String> redeem(String code, String device) {
        Map<String, Object> body = Map.of(
                "code", code, "deviceId", device, "deviceInfo", Map.of("model", "iPhone 12", "osVersion", "iOS 15.0"));
        return redeemBody(MessageCodec.mapper().writeValueAsString(body));
    }

    /** Redeems with an arbitrary body. */
    public HttpResponse<String> redeemBody(String body, String... headers) {
        HttpRequest.Builder request = request(REDEEM_PATH, "")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Requests a pairing and returns its code. */
    public String pairingCode(ExamineeKey examinee) {
        return json(requestPairing(examinee), 201).path("code").asString();
    }

    /** Pairs the device with the examinee and returns its token. */
    public String pair(ExamineeKey examinee, String device) {
        return json(redeem(pairingCode(examinee), device), 200).path("token").asString();
    }

    /** The record as the examinee reads it; empty if there is none. */
    public JsonNode record(ExamineeKey examinee) {
        String token = TestTokens.examinee(examinee.planId(), examinee.examineeId());
        HttpResponse<String> response = get(recordPath(examinee.planId(), examinee.examineeId()), token);
        return response.statusCode() == 404 ? MessageCodec.mapper().createObjectNode() : json(response, 200);
    }
}
