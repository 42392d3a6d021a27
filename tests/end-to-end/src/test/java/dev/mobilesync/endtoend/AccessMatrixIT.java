package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.AccessTable.AccessCase;
import dev.mobilesync.endtoend.AccessTable.Caller;
import dev.mobilesync.endtoend.AccessTable.Endpoint;
import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies the response to every case of {@link AccessTable}, and that a rejected request has no side effects. */
@ServerContract
class AccessMatrixIT {

    /** The examinee of every redeemed code. */
    private static final ExamineeKey PAIRED = new ExamineeKey("PA", "E3");

    private static final byte[] PICTURE = Jpegs.picture(1);
    private static final String[] ACTUATOR = {"/actuator/health", "/actuator/prometheus", "/actuator/env", "/actuator"};

    private static MobileSyncSystem system;
    private static SideEffects effects;

    /** The stored data after the previous case. */
    private static SortedMap<String, String> before = new TreeMap<>();

    @BeforeAll
    static void start() {
        system = MobileSyncSystem.shared();
        effects = new SideEffects(system);
        try (StompTestClient browser = system.examinee(AccessTokens.TARGET)) {
            assertThat(system.api().upload(AccessTokens.TARGET, "M1", PICTURE).statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        try (StompTestClient browser = system.examinee(AccessTokens.REPLACED)) {
            assertThat(redeem(pairingCode(AccessTokens.REPLACED), "M9", "").statusCode())
                    .isEqualTo(200);
            browser.await("mobile_sync_paired");
        }
        system.stopConsumers();
        await().untilAsserted(() -> assertThat(effects.messages()).isEmpty());
        before = effects.storedItems();
    }

    static List<AccessCase> rest() {
        return AccessTable.rest();
    }

    static List<AccessCase> stomp() {
        return AccessTable.stomp();
    }

    // REST

    @ParameterizedTest(name = "{0}")
    @MethodSource("rest")
    void restMatchesTable(AccessCase access) {
        String code = "";
        if (access.endpoint() == Endpoint.REDEEM) {
            code = pairingCode(PAIRED);
            before = effects.storedItems();
        }
        for (HttpResponse<String> response : call(access, code)) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(Integer.parseInt(access.expected()));
            if (access.endpoint() == Endpoint.PAGES) {
                assertThat(response.body())
                        .doesNotContain(TestTokens.SECRET)
                        .doesNotContainPattern("eyJ|\\b(PA|E1|M1)\\b");
            }
            if (!access.isAllowed()) {
                assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(ApiClient.code(response)).isEqualTo(access.code());
            }
        }
        assertEffects(access);
    }

    private static List<HttpResponse<String>> call(AccessCase access, String code) {
        String token = AccessTokens.token(access.caller(), access.endpoint());
        ExamineeKey target = access.caller() == Caller.DEVICE_REPLACED ? AccessTokens.REPLACED : AccessTokens.TARGET;
        String plan = target.planId();
        String examinee = target.examineeId();
        ApiClient web = system.api();
        ApiClient socket = ApiClient.ofOther(system.socketHttp());
        return switch (access.endpoint()) {
            case UPLOAD -> List.of(web.uploadBody(target, token, MultipartBody.upload("M1", PICTURE)));
            case PICTURE -> get(web, token, "/captures/" + examinee + "/sync_cap.jpg");
            case BOARD -> {
                String board = ApiClient.recordsPath(plan);
                yield get(
                        web,
                        token,
                        board,
                        board + "?after=",
                        board + "?examinee=" + examinee,
                        board + "?updatedSince=");
            }
            case RECORD -> get(web, token, ApiClient.recordPath(plan, examinee));
            case HISTORY -> get(web, token, ApiClient.recordPath(plan, examinee) + "/history");
            case ROSTER -> {
                String roster = "/api/v1/plans/" + plan + "/roster";
                yield List.of(
                        web.get(roster, token),
                        web.send(web.request(roster, token)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(
                                        "{\"examinees\":[{\"examineeId\":\"E1\",\"name\":\"a name\"}]}"))));
            }
            case GIVE_ORDER ->
                List.of(web.giveOrder(
                        target, token, access.toString(), "{\"order\":\"RETAKE\",\"reason\":\"too dark\"}"));
            case RESET ->
                List.of(web.giveOrder(
                        target, token, access.toString(), "{\"order\":\"RESET\",\"reason\":\"a mix-up\"}"));
            case PAIRING ->
                List.of(web.send(web.request(ApiClient.pairingsPath(plan, examinee), token)
                        .POST(BodyPublishers.noBody())));
            case REDEEM -> List.of(redeem(code, "M3", token));
            case PAGES ->
                get(
                        web,
                        token,
                        "/capture",
                        "/exam/mobile-sync",
                        "/proctor",
                        "/pages/base.css",
                        "/pages/config.json",
                        "/api-docs/openapi.yaml");
            case WEB_ACTUATOR -> get(web, token, ACTUATOR);
            case SOCKET_ACTUATOR -> get(socket, token, ACTUATOR);
            case MANAGEMENT ->
                Stream.of(Service.WEB_SERVER, Service.SOCKET_SERVER)
                        .map(service -> ApiClient.ofOther(system.management(service)))
                        .map(management -> management.get("/actuator/health/liveness", token))
                        .toList();
            default -> throw new IllegalArgumentException(access + " is not REST");
        };
    }

    private static HttpResponse<String> redeem(String code, String device, String token) {
        String body = "{\"code\":\"" + code + "\",\"deviceId\":\"" + device
                + "\",\"deviceInfo\":{\"model\":\"iPhone 12\",\"osVersion\":\"iOS 15.0\"}}";
        return token.isEmpty()
                ? system.api().redeemBody(body)
                : system.api().redeemBody(body, "Authorization", "Bearer " + token);
    }

    private static String pairingCode(ExamineeKey examinee) {
        return ApiClient.json(system.api().requestPairing(examinee), 201)
                .path("code")
                .asString();
    }

    private static List<HttpResponse<String>> get(ApiClient server, String token, String... paths) {
        return Arrays.stream(paths).map(path -> server.get(path, token)).toList();
    }

    // STOMP

    @ParameterizedTest(name = "{0}")
    @MethodSource("stomp")
    void stompMatchesTable(AccessCase access) {
        for (Map<String, String> frame : frames(access.endpoint())) {
            try (StompTestClient browser = StompTestClient.open(system.socket())) {
                Map<String, String> login = new HashMap<>(Map.of("accept-version", "1.2", "host", "localhost"));
                String token = AccessTokens.token(access.caller(), access.endpoint());
                if (!token.isEmpty()) {
                    login.put("Authorization", "Bearer " + token);
                }
                browser.frame("CONNECT", login, "");
                if (!frame.isEmpty()) {
                    // Sent without waiting: the frame directly after a rejected CONNECT must have no effect.
                    Map<String, String> headers = new HashMap<>(frame);
                    headers.put("receipt", "r");
                    browser.frame(String.valueOf(headers.remove("command")), headers, body(access.endpoint()));
                }
                assertResponse(access, browser, frame.isEmpty());
            }
        }
        assertEffects(access);
    }

    private static void assertResponse(AccessCase access, StompTestClient browser, boolean connectOnly) {
        if (!access.isAllowed()) {
            assertThat(browser.awaitError().json().path("code").asString()).isEqualTo(access.code());
            assertThat(browser.awaitClose().code()).isEqualTo(access.expected().equals("invalid") ? 1002 : 1008);
            assertThat(browser.pending()).isEmpty();
        } else if (connectOnly) {
            browser.connected();
        } else {
            browser.awaitReceipt("r");
        }
    }

    private static List<Map<String, String>> frames(Endpoint endpoint) {
        String examinee = "/plans/PA/examinees/E1/mobile-sync";
        return switch (endpoint) {
            case CONNECT -> List.of(Map.of());
            case EXAMINEE_TOPIC -> List.of(subscribe("/topic" + examinee));
            case PLAN_TOPIC -> List.of(subscribe("/topic/plans/PA/mobile-sync"));
            case WILDCARD_TOPIC ->
                List.of(
                        subscribe("/topic/**"),
                        subscribe("/topic/plans/*/mobile-sync"),
                        subscribe("/topic/plans/PA/examinees/*/mobile-sync"),
                        subscribe("/topic/plans/PA/examinees/#/mobile-sync"),
                        subscribe("/topic/plans/>"));
            case OTHER_TOPIC -> List.of(subscribe("/topic/other"));
            case QUEUE -> List.of(subscribe("/queue/x"));
            case USER_DESTINATION -> List.of(subscribe("/user/x"));
            case WAIT -> List.of(send("/app" + examinee + "/wait"));
            case ORDER -> List.of(send("/app" + examinee + "/order"));
            case SHUTTER -> List.of(send("/app" + examinee + "/shutter"));
            case PREVIEW -> List.of(send("/app" + examinee + "/preview"));
            case NOTICE -> List.of(send("/app" + examinee + "/notice"));
            case SEND_TO_TOPIC -> List.of(send("/topic" + examinee), send("/topic/plans/PA/mobile-sync"));
            case SEND_TO_OTHER_DESTINATION ->
                List.of(send("/app/plans/PA/examinees/E1/mobile-sync/other"), send("/queue/x"));
            default -> throw new IllegalArgumentException(endpoint + " is not STOMP");
        };
    }

    private static Map<String, String> subscribe(String destination) {
        return Map.of("command", "SUBSCRIBE", "id", "s", "destination", destination);
    }

    private static Map<String, String> send(String destination) {
        return Map.of("command", "SEND", "destination", destination, "content-type", "application/json");
    }

    private static String body(Endpoint endpoint) {
        return switch (endpoint) {
            case ORDER -> "{\"order\":\"RETAKE\",\"reason\":\"too dark\"}";
            case SHUTTER -> "{\"delaySeconds\":3}";
            case PREVIEW -> "{\"ready\":true}";
            case NOTICE -> "{\"text\":\"Please wait.\"}";
            case SEND_TO_TOPIC ->
                "{\"type\":\"mobile_sync_completed\",\"data\":{\"planId\":\"PA\",\"examineeId\":\"E1\"}}";
            default -> "";
        };
    }

    // Side effects

    private static void assertEffects(AccessCase access) {
        List<String> types = effects.messages().stream()
                .map(message -> message.path("type").asString())
                .toList();
        assertThat(types).isEqualTo(access.isAllowed() ? messages(access.endpoint()) : List.of());
        SortedMap<String, String> after = effects.storedItems();
        if (!access.isAllowed() || isReading(access.endpoint())) {
            assertThat(after).isEqualTo(before);
        }
        before = after;
    }

    private static List<String> messages(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD, REDEEM -> List.of("mobile_sync_status");
            case WAIT -> List.of("mobile_sync_wait");
            case GIVE_ORDER, RESET, ORDER -> List.of("mobile_sync_order");
            default -> List.of();
        };
    }

    private static boolean isReading(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD, REDEEM, PAIRING, ROSTER, GIVE_ORDER, RESET -> false;
            default -> true;
        };
    }
}
