package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
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
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies the answer to every case of {@link AccessTable}, and that a refusal has no side effects. */
@ServerContract
class AccessMatrixIT {

    private static final ExamineeKey TARGET = new ExamineeKey("PA", "E1");
    private static final ExamineeKey ANOTHER = new ExamineeKey("PA", "E2");
    private static final ExamineeKey OF_ANOTHER_PLAN = new ExamineeKey("PB", "E1");

    /** The examinee of every redeemed code. */
    private static final ExamineeKey PAIRING = new ExamineeKey("PA", "E3");

    /** The examinee whose phone M1 was replaced by M9. */
    private static final ExamineeKey REPLACED = new ExamineeKey("PA", "E4");

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
        try (StompTestClient browser = system.examinee(TARGET)) {
            assertThat(system.api().upload(TARGET, "M1", PICTURE).statusCode()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        try (StompTestClient browser = system.examinee(REPLACED)) {
            assertThat(redeem(pairingCode(REPLACED), "M9", "").statusCode()).isEqualTo(200);
            browser.await("mobile_sync_paired");
        }
        system.holdMessages();
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
            code = pairingCode(PAIRING);
            before = effects.storedItems();
        }
        for (HttpResponse<String> answer : call(access, code)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(Integer.parseInt(access.answer()));
            if (access.endpoint() == Endpoint.PAGES) {
                assertThat(answer.body())
                        .doesNotContain(TestTokens.SECRET)
                        .doesNotContainPattern("eyJ|\\b(PA|E1|M1)\\b");
            }
            if (!access.isAllowed()) {
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(ApiClient.code(answer)).isEqualTo(access.code());
            }
        }
        assertEffects(access);
    }

    private static List<HttpResponse<String>> call(AccessCase access, String code) {
        String token = token(access.caller(), access.endpoint());
        ExamineeKey target = access.caller() == Caller.DEVICE_REPLACED ? REPLACED : TARGET;
        String plan = target.planId();
        String examinee = target.examineeId();
        ApiClient web = system.api();
        ApiClient socket = new ApiClient(system.socketHttp());
        return switch (access.endpoint()) {
            case UPLOAD -> List.of(web.uploadBody(target, token, MultipartBody.upload("M1", PICTURE)));
            case PICTURE -> get(web, token, "/captures/" + examinee + "/sync_cap.jpg");
            case BOARD -> {
                String board = ApiClient.recordsPath(plan);
                yield get(web, token, board, board + "?after=", board + "?examinee=" + examinee);
            }
            case RECORD -> get(web, token, ApiClient.recordPath(plan, examinee));
            case PAIRING ->
                List.of(web.send(web.request(ApiClient.pairingsPath(plan, examinee), token)
                        .POST(BodyPublishers.noBody())));
            case REDEEM -> List.of(redeem(code, "M3", token));
            case PAGES ->
                get(web, token, "/capture", "/exam/mobile-sync", "/proctor", "/pages/base.css", "/pages/config.json");
            case WEB_ACTUATOR -> get(web, token, ACTUATOR);
            case SOCKET_ACTUATOR -> get(socket, token, ACTUATOR);
            case MANAGEMENT ->
                Stream.of(Service.WEB_SERVER, Service.SOCKET_SERVER)
                        .map(service -> new ApiClient(system.management(service)))
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
                String token = token(access.caller(), access.endpoint());
                if (!token.isEmpty()) {
                    login.put("Authorization", "Bearer " + token);
                }
                browser.frame("CONNECT", login, "");
                if (!frame.isEmpty()) {
                    // Sent without waiting: a rejected client must not get a frame through right behind its CONNECT.
                    Map<String, String> headers = new HashMap<>(frame);
                    headers.put("receipt", "r");
                    browser.frame(String.valueOf(headers.remove("command")), headers, body(access.endpoint()));
                }
                assertAnswer(access, browser, frame.isEmpty());
            }
        }
        assertEffects(access);
    }

    private static void assertAnswer(AccessCase access, StompTestClient browser, boolean connectOnly) {
        if (!access.isAllowed()) {
            assertThat(browser.awaitError().json().path("code").asString()).isEqualTo(access.code());
            assertThat(browser.awaitClose().code()).isEqualTo(access.answer().equals("bad") ? 1002 : 1008);
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
            case TOPIC -> List.of(subscribe("/topic" + examinee));
            case PLAN_TOPIC -> List.of(subscribe("/topic/plans/PA/mobile-sync"));
            case WILDCARD ->
                List.of(
                        subscribe("/topic/**"),
                        subscribe("/topic/plans/*/mobile-sync"),
                        subscribe("/topic/plans/PA/examinees/*/mobile-sync"),
                        subscribe("/topic/plans/PA/examinees/#/mobile-sync"),
                        subscribe("/topic/plans/>"));
            case OTHER_TOPIC -> List.of(subscribe("/topic/other"));
            case QUEUE -> List.of(subscribe("/queue/x"));
            case USER -> List.of(subscribe("/user/x"));
            case WAIT -> List.of(send("/app" + examinee + "/wait"));
            case ORDER -> List.of(send("/app" + examinee + "/order"));
            case SEND_TO_TOPIC -> List.of(send("/topic" + examinee), send("/topic/plans/PA/mobile-sync"));
            case SEND_ELSEWHERE -> List.of(send("/app/plans/PA/examinees/E1/mobile-sync/other"), send("/queue/x"));
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
            case SEND_TO_TOPIC ->
                "{\"type\":\"mobile_sync_completed\",\"data\":{\"planId\":\"PA\",\"examineeId\":\"E1\"}}";
            default -> "";
        };
    }

    // Tokens

    private static String token(Caller caller, Endpoint endpoint) {
        return switch (caller) {
            case NO_TOKEN -> "";
            case EXPIRED ->
                TestTokens.mint(with(
                        requiredClaims(endpoint), "exp", Date.from(Instant.now().minusSeconds(120))));
            case WRONG_SIGNATURE ->
                TestTokens.mint(requiredClaims(endpoint), "another-secret-of-more-than-32-bytes-length");
            case ALG_NONE -> unsigned(requiredClaims(endpoint));
            case WRONG_AUDIENCE -> TestTokens.mint(with(requiredClaims(endpoint), "aud", "another-service"));
            case UNKNOWN_ROLE -> TestTokens.mint(with(requiredClaims(endpoint), "role", "admin"));
            case MISSING_CLAIM -> {
                Map<String, Object> claims = new HashMap<>(requiredClaims(endpoint));
                claims.keySet().removeAll(List.of("plan", "plans"));
                yield TestTokens.mint(claims);
            }
            case DEVICE -> device(TARGET, "M1");
            case DEVICE_OF_ANOTHER_EXAMINEE -> device(ANOTHER, "M1");
            case DEVICE_WITH_ANOTHER_ID -> device(TARGET, "M2");
            case DEVICE_OF_ANOTHER_PLAN -> device(OF_ANOTHER_PLAN, "M1");
            case DEVICE_REPLACED -> device(REPLACED, "M1");
            case EXAMINEE -> examinee(TARGET);
            case ANOTHER_EXAMINEE -> examinee(ANOTHER);
            case EXAMINEE_OF_ANOTHER_PLAN -> examinee(OF_ANOTHER_PLAN);
            case PROCTOR -> TestTokens.proctor("kim", "PA");
            case PROCTOR_OF_ANOTHER_PLAN -> TestTokens.proctor("lee", "PB");
        };
    }

    private static String device(ExamineeKey examinee, String device) {
        return TestTokens.device(examinee.planId(), examinee.examineeId(), device);
    }

    private static String examinee(ExamineeKey examinee) {
        return TestTokens.examinee(examinee.planId(), examinee.examineeId());
    }

    /** The claims that the endpoint requires; arbitrary valid ones if it accepts no token. */
    private static Map<String, Object> requiredClaims(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD -> Map.of("role", "device", "plan", "PA", "examinee", "E1", "device", "M1");
            case RECORD, PAIRING, CONNECT, TOPIC, WAIT -> Map.of("role", "examinee", "plan", "PA", "examinee", "E1");
            default -> Map.of("role", "proctor", "sub", "kim", "plans", List.of("PA"));
        };
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static String unsigned(Map<String, Object> claims) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .audience("mobile-sync")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        claims.forEach(builder::claim);
        return new PlainJWT(builder.build()).serialize();
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
            case ORDER -> List.of("mobile_sync_order");
            default -> List.of();
        };
    }

    private static boolean isReading(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD, REDEEM, PAIRING -> false;
            default -> true;
        };
    }
}
