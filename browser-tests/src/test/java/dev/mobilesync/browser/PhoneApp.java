package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.TestTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A platform's own app on a phone: it pairs with the code that the examinee's page shows, and sends pictures over REST. */
final class PhoneApp {

    private static final String BOUNDARY = "a-boundary-that-no-picture-has";
    private static final Map<String, String> INFO = Map.of("model", "iPhone 12", "osVersion", "iOS 15.0");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI web;
    private final String device;
    private JsonNode paired = MessageCodec.mapper().createObjectNode();

    PhoneApp(URI web, String device) {
        this.web = web;
        this.device = device;
    }

    PhoneApp pair(String code) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(web.resolve("/api/v1/pairings/redeem"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(MessageCodec.mapper()
                        .writeValueAsString(Map.of("code", code, "deviceId", device, "deviceInfo", INFO)))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
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
        String metadata = MessageCodec.mapper()
                .writeValueAsString(
                        Map.of("type", "mobile_capture", "data", Map.of("deviceId", device, "deviceInfo", INFO)));
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        part(form, "metadata", "application/json", metadata.getBytes(StandardCharsets.UTF_8));
        part(form, "image", "image/jpeg", picture);
        form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        URI captures = web.resolve("/api/v1/plans/%s/examinees/%s/mobile-captures"
                .formatted(
                        paired.path("planId").asString(),
                        paired.path("examineeId").asString()));
        return send(HttpRequest.newBuilder(captures)
                        .header(
                                "Authorization",
                                "Bearer " + paired.path("token").asString())
                        .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                        .POST(BodyPublishers.ofByteArray(form.toByteArray())))
                .statusCode();
    }

    private static void part(ByteArrayOutputStream form, String name, String type, byte[] content) {
        String head = "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n"
                .formatted(BOUNDARY, name, name, type);
        form.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        form.writeBytes(content);
        form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
