package dev.mobilesync.web;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Both ends of a pairing: an examinee's browser and a phone, in front of a running server. */
public record PairingPhone(RunningWebServer server) {

    public static final String REDEEM = "/api/v1/pairings/redeem";

    public static String pairingsPath(String plan, String examinee) {
        return "/api/v1/plans/" + plan + "/examinees/" + examinee + "/pairings";
    }

    /** What the examinee's page does. */
    public HttpResponse<String> ask(String plan, String examinee) throws IOException, InterruptedException {
        return askAt(pairingsPath(plan, examinee), TestTokens.examinee(plan, examinee));
    }

    public HttpResponse<String> askAt(String path, String token) throws IOException, InterruptedException {
        return server.send(server.request(path, token)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    /** A code that is good. */
    public String code(String plan, String examinee) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(plan, examinee);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return json(answer).path("code").asString();
    }

    /** What a phone does. */
    public HttpResponse<String> redeem(String code, String device) throws IOException, InterruptedException {
        return redeemBody(MessageCodec.mapper()
                .writeValueAsString(Map.of(
                        "code",
                        code,
                        "deviceId",
                        device,
                        "deviceInfo",
                        Map.of("model", "iPhone 12", "osVersion", "iOS 15.0"))));
    }

    public HttpResponse<String> redeemBody(String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = server.request(REDEEM, "")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.send(request.build());
    }

    /** Pairs that device with the examinee. */
    public String token(String plan, String examinee, String device) throws IOException, InterruptedException {
        HttpResponse<String> answer = redeem(code(plan, examinee), device);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return json(answer).path("token").asString();
    }

    public HttpResponse<String> upload(String plan, String examinee, String device, String token, byte[] image)
            throws IOException, InterruptedException {
        return server.upload(RunningWebServer.capturesPath(plan, examinee), token, MultipartBody.upload(device, image));
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return MessageCodec.mapper().readTree(answer.body());
    }
}
