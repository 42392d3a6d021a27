package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.mobilesync.endtoend.AccessTable.Caller;
import dev.mobilesync.endtoend.AccessTable.Cell;
import dev.mobilesync.endtoend.AccessTable.Door;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of {@link AccessTable}: what is answered, and that a refusal leaves nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccessMatrixContract {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ExamineeKey TARGET = new ExamineeKey("PA", "E1");
    private static final ExamineeKey ANOTHER = new ExamineeKey("PA", "E2");
    private static final ExamineeKey OF_ANOTHER_PLAN = new ExamineeKey("PB", "E1");

    /** Whoever redeems does it for this one. */
    private static final ExamineeKey PAIRING = new ExamineeKey("PA", "E3");

    /** Whose phone M1 was replaced by M9. */
    private static final ExamineeKey REPLACED = new ExamineeKey("PA", "E4");

    private static final byte[] PICTURE = Jpegs.picture(1);

    private MobileSyncSystem system;
    private Effects effects;

    abstract TestServers servers();

    @BeforeAll
    void start() throws IOException, InterruptedException {
        system = MobileSyncSystem.start(servers(), Unlimited.SETTINGS);
        effects = new Effects(system);
        try (StompTestClient browser = system.examinee(TARGET)) {
            assertThat(system.phone(TARGET, "M1").upload(PICTURE).status()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        try (StompTestClient browser = system.examinee(REPLACED)) {
            assertThat(redeem(pairingCode(REPLACED), "M9", null).statusCode()).isEqualTo(200);
            browser.await("mobile_sync_paired");
        }
        system.holdMessages();
        await().untilAsserted(() -> assertThat(effects.messages()).isEmpty());
    }

    @AfterAll
    void stop() {
        if (system != null) {
            system.close();
        }
    }

    static List<Cell> rest() {
        return AccessTable.rest();
    }

    static List<Cell> stomp() {
        return AccessTable.stomp();
    }

    // REST

    @ParameterizedTest(name = "{0}")
    @MethodSource("rest")
    void rest(Cell cell) throws IOException, InterruptedException {
        String code = cell.door() == Door.REDEEM ? pairingCode(PAIRING) : "";
        SortedMap<String, String> before = effects.kept();
        for (HttpResponse<String> answer : call(cell, code)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(Integer.parseInt(cell.answer()));
            if (cell.door() == Door.PAGES) {
                assertThat(answer.body())
                        .doesNotContain(TestTokens.SECRET)
                        .doesNotContainPattern("eyJ|\\b(PA|E1|M1)\\b");
            }
            if (!cell.isAllowed()) {
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(MessageCodec.mapper()
                                .readTree(answer.body())
                                .path("code")
                                .asString())
                        .isEqualTo(cell.code());
            }
        }
        assertEffects(cell, before);
    }

    private List<HttpResponse<String>> call(Cell cell, String code) throws IOException, InterruptedException {
        String token = token(cell.caller(), cell.door());
        ExamineeKey target = cell.caller() == Caller.DEVICE_REPLACED ? REPLACED : TARGET;
        String examinee = "/api/v1/plans/" + target.planId() + "/examinees/" + target.examineeId();
        return switch (cell.door()) {
            case UPLOAD -> List.of(upload(examinee + "/mobile-captures", token));
            case PICTURE -> List.of(get(system.web(), "/captures/" + target.examineeId() + "/sync_cap.jpg", token));
            case BOARD -> {
                String board = "/api/v1/plans/" + target.planId() + "/mobile-sync";
                yield List.of(
                        get(system.web(), board, token),
                        get(system.web(), board + "?after=", token),
                        get(system.web(), board + "?examinee=" + target.examineeId(), token));
            }
            case RECORD -> List.of(get(system.web(), examinee + "/mobile-sync", token));
            case PAIRING ->
                List.of(send(
                        request(system.web(), examinee + "/pairings", token).POST(BodyPublishers.noBody())));
            case REDEEM -> List.of(redeem(code, "M3", token));
            case PAGES ->
                List.of(
                        get(system.web(), "/capture", token),
                        get(system.web(), "/exam/mobile-sync", token),
                        get(system.web(), "/proctor", token),
                        get(system.web(), "/pages/base.css", token),
                        get(system.web(), "/pages/config.json", token));
            case WEB_ACTUATOR ->
                List.of(
                        get(system.web(), "/actuator/health", token),
                        get(system.web(), "/actuator/prometheus", token),
                        get(system.web(), "/actuator/env", token),
                        get(system.web(), "/actuator", token));
            case SOCKET_ACTUATOR ->
                List.of(
                        get(system.socketHttp(), "/actuator/health", token),
                        get(system.socketHttp(), "/actuator/prometheus", token),
                        get(system.socketHttp(), "/actuator/env", token),
                        get(system.socketHttp(), "/actuator", token));
            case MANAGEMENT ->
                List.of(
                        get(system.webManagement(), "/actuator/health/liveness", token),
                        get(system.socketManagement(), "/actuator/health/liveness", token));
            default -> throw new IllegalArgumentException(cell + " is not REST");
        };
    }

    private HttpResponse<String> upload(String path, @Nullable String token) throws IOException, InterruptedException {
        return send(request(system.web(), path, token)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(BodyPublishers.ofByteArray(MultipartBody.upload("M1", PICTURE))));
    }

    private HttpResponse<String> redeem(String code, String device, @Nullable String token)
            throws IOException, InterruptedException {
        return send(request(system.web(), "/api/v1/pairings/redeem", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"code\":\"" + code + "\",\"deviceId\":\"" + device
                        + "\",\"deviceInfo\":{\"model\":\"iPhone 12\",\"osVersion\":\"iOS 15.0\"}}")));
    }

    private String pairingCode(ExamineeKey examinee) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request(
                        system.web(),
                        "/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/pairings",
                        TestTokens.examinee(examinee.planId(), examinee.examineeId()))
                .POST(BodyPublishers.noBody()));
        return MessageCodec.mapper().readTree(answer.body()).path("code").asString();
    }

    private static HttpResponse<String> get(URI server, String path, @Nullable String token)
            throws IOException, InterruptedException {
        return send(request(server, path, token));
    }

    private static HttpRequest.Builder request(URI server, String path, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    // STOMP

    @ParameterizedTest(name = "{0}")
    @MethodSource("stomp")
    void stomp(Cell cell) {
        SortedMap<String, String> before = effects.kept();
        for (Map<String, String> frame : frames(cell.door())) {
            try (StompTestClient browser = StompTestClient.open(system.socket())) {
                Map<String, String> login = new HashMap<>(Map.of("accept-version", "1.2", "host", "localhost"));
                String token = token(cell.caller(), cell.door());
                if (token != null) {
                    login.put("Authorization", "Bearer " + token);
                }
                browser.frame("CONNECT", login, "");
                if (!frame.isEmpty()) {
                    // At once: who was not let in may not slip in behind the CONNECT either.
                    Map<String, String> headers = new HashMap<>(frame);
                    headers.put("receipt", "r");
                    browser.frame(String.valueOf(headers.remove("command")), headers, body(cell.door()));
                }
                assertAnswer(cell, browser, frame.isEmpty());
            }
        }
        assertEffects(cell, before);
    }

    private static void assertAnswer(Cell cell, StompTestClient browser, boolean connectOnly) {
        if (!cell.isAllowed()) {
            assertThat(browser.awaitError().json().path("code").asString()).isEqualTo(cell.code());
            assertThat(browser.awaitClose().code()).isEqualTo(cell.answer().equals("bad") ? 1002 : 1008);
            assertThat(browser.pending()).isEmpty();
        } else if (connectOnly) {
            browser.connected();
        } else {
            browser.awaitReceipt("r");
        }
    }

    private static List<Map<String, String>> frames(Door door) {
        String examinee = "/plans/PA/examinees/E1/mobile-sync";
        return switch (door) {
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
            default -> throw new IllegalArgumentException(door + " is not STOMP");
        };
    }

    private static Map<String, String> subscribe(String destination) {
        return Map.of("command", "SUBSCRIBE", "id", "s", "destination", destination);
    }

    private static Map<String, String> send(String destination) {
        return Map.of("command", "SEND", "destination", destination, "content-type", "application/json");
    }

    private static String body(Door door) {
        return switch (door) {
            case ORDER -> "{\"order\":\"RETAKE\",\"reason\":\"too dark\"}";
            case SEND_TO_TOPIC ->
                "{\"type\":\"mobile_sync_completed\",\"data\":{\"planId\":\"PA\",\"examineeId\":\"E1\"}}";
            default -> "";
        };
    }

    // Tokens

    private static @Nullable String token(Caller caller, Door door) {
        return switch (caller) {
            case NO_TOKEN -> null;
            case EXPIRED ->
                TestTokens.mint(
                        with(wanted(door), "exp", Date.from(Instant.now().minusSeconds(120))));
            case WRONG_SIGNATURE -> TestTokens.mint(wanted(door), "another-secret-of-more-than-32-bytes-length");
            case ALG_NONE -> unsigned(wanted(door));
            case WRONG_AUDIENCE -> TestTokens.mint(with(wanted(door), "aud", "another-service"));
            case UNKNOWN_ROLE -> TestTokens.mint(with(wanted(door), "role", "admin"));
            case MISSING_CLAIM -> {
                Map<String, Object> claims = new HashMap<>(wanted(door));
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

    /** The claims that would open that door, or any, where it has none. */
    private static Map<String, Object> wanted(Door door) {
        return switch (door) {
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

    // Effects

    private void assertEffects(Cell cell, SortedMap<String, String> before) {
        List<String> types = effects.messages().stream()
                .map(message -> message.path("type").asString())
                .toList();
        assertThat(types).isEqualTo(cell.isAllowed() ? messages(cell.door()) : List.of());
        if (!cell.isAllowed() || isReading(cell.door())) {
            assertThat(effects.kept()).isEqualTo(before);
        }
    }

    private static List<String> messages(Door door) {
        return switch (door) {
            case UPLOAD, REDEEM -> List.of("mobile_sync_status");
            case WAIT -> List.of("mobile_sync_wait");
            case ORDER -> List.of("mobile_sync_order");
            default -> List.of();
        };
    }

    private static boolean isReading(Door door) {
        return switch (door) {
            case UPLOAD, REDEEM, PAIRING -> false;
            default -> true;
        };
    }
}
