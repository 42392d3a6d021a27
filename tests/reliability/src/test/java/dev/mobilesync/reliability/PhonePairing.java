package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContract;
import dev.mobilesync.testsupport.api.HttpExchange;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Pairs a phone: the examinee's page requests a code, and the phone redeems it. Both start again after a failure. */
final class PhonePairing {

    private static final Duration TIMEOUT = Duration.ofSeconds(12);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final LoadGenerator load;
    private final ExamineeKey examinee;
    private final String device;
    private final Random random;
    private final Consumer<String> onPaired;

    /**
     * @param onPaired receives the phone's token
     */
    PhonePairing(LoadGenerator load, ExamineeKey examinee, String device, Random random, Consumer<String> onPaired) {
        this.load = load;
        this.examinee = examinee;
        this.device = device;
        this.random = random;
        this.onPaired = onPaired;
    }

    void start() {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Authorization", "Bearer " + TestTokens.examinee(examinee.planId(), examinee.examineeId()))
                .POST(BodyPublishers.noBody());
        String path = ApiClient.pairingsPath(examinee.planId(), examinee.examineeId());
        send(path, request, body -> redeem(body.path("code").asString()));
    }

    private void redeem(String code) {
        String body = MessageCodec.mapper()
                .writeValueAsString(Map.of(
                        "code",
                        code,
                        "deviceId",
                        device,
                        "deviceInfo",
                        Map.of("model", "iPhone 12", "osVersion", "iOS 15.0")));
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        send(
                ApiClient.REDEEM_PATH,
                request,
                answer -> onPaired.accept(answer.path("token").asString()));
    }

    private void send(String path, HttpRequest.Builder request, Consumer<JsonNode> onSuccess) {
        ServiceInstance server = load.webServers.choose(random);
        HttpRequest sent =
                request.uri(server.uri().resolve(path)).timeout(TIMEOUT).build();
        load.http.sendAsync(sent, BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (response == null && load.webServers.retriesElsewhere(server, requireNonNull(failure))) {
                send(path, request, onSuccess);
                return;
            }
            Event.PairingAnswered answer = new Event.PairingAnswered(
                    Instant.now(), examinee, server.name(), path, response == null ? 0 : response.statusCode());
            load.history.add(answer);
            if (response != null) {
                load.history.addIfUndocumented(() -> HttpContract.check(HttpExchange.of(sent, response)));
            }
            if (answer.isSuccess()) {
                onSuccess.accept(MessageCodec.mapper().readTree(response.body()));
            } else {
                load.schedule(random.nextLong(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS), this::start);
            }
        });
    }
}
