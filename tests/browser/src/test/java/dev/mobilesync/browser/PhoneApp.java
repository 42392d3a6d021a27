package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Http;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A platform's own app on a phone: it pairs with the code that the examinee's page shows, and sends pictures over REST. */
final class PhoneApp {

    private static final Map<String, String> INFO = Map.of("model", "iPhone 12", "osVersion", "iOS 15.0");

    private final URI web;
    private final String device;
    private JsonNode paired = MessageCodec.mapper().createObjectNode();

    PhoneApp(URI web, String device) {
        this.web = web;
        this.device = device;
    }

    PhoneApp pair(String code) {
        HttpResponse<byte[]> answer = Http.send(HttpRequest.newBuilder(web.resolve("/api/v1/pairings/redeem"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(MessageCodec.mapper()
                        .writeValueAsString(Map.of("code", code, "deviceId", device, "deviceInfo", INFO)))));
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        paired = MessageCodec.mapper().readTree(answer.body());
        return this;
    }

    /** Without a code: the platform has paired it by itself. */
    PhoneApp pairedByPlatform(String plan, String examinee) {
        paired = MessageCodec.mapper()
                .createObjectNode()
                .put("planId", plan)
                .put("examineeId", examinee)
                .put("token", TestTokens.device(plan, examinee, device));
        return this;
    }

    /** Sends that as its picture; returns the status. */
    int upload(byte[] picture) {
        URI captures = web.resolve("/api/v1/plans/%s/examinees/%s/mobile-captures"
                .formatted(
                        paired.path("planId").asString(),
                        paired.path("examineeId").asString()));
        return Http.send(HttpRequest.newBuilder(captures)
                        .header(
                                "Authorization",
                                "Bearer " + paired.path("token").asString())
                        .header("Content-Type", MultipartBody.CONTENT_TYPE)
                        .POST(BodyPublishers.ofByteArray(MultipartBody.upload(device, picture))))
                .statusCode();
    }
}
