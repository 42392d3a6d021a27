package dev.mobilesync.browser;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Http;
import dev.mobilesync.testsupport.TestTokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** What a test asks web-server beside the browsers. */
final class Rest {

    private final URI web;

    Rest(URI web) {
        this.web = web;
    }

    /**
     * A pairing as the examinee's page gets it.
     *
     * @param path of the link in the QR code, with the code in its fragment
     */
    record Offer(String code, String path) {}

    Offer offer(String plan, String examinee) {
        HttpRequest.Builder request = to("/api/v1/plans/" + plan + "/examinees/" + examinee + "/pairings")
                .header("Authorization", "Bearer " + TestTokens.examinee(plan, examinee))
                .POST(BodyPublishers.noBody());
        JsonNode body = json(Http.send(request), 201);
        URI link = URI.create(body.path("captureUrl").asString());
        return new Offer(body.path("code").asString(), link.getPath() + "#" + link.getFragment());
    }

    /** The examinee's record; missing fields are missing nodes. */
    JsonNode state(String plan, String examinee) {
        HttpRequest.Builder request = to("/api/v1/plans/" + plan + "/examinees/" + examinee + "/mobile-sync")
                .header("Authorization", "Bearer " + TestTokens.examinee(plan, examinee));
        HttpResponse<byte[]> answer = Http.send(request);
        return answer.statusCode() == 404 ? MessageCodec.mapper().createObjectNode() : json(answer, 200);
    }

    /** The picture that the examinee's record names. */
    byte[] picture(String plan, String examinee) {
        HttpRequest.Builder request = to(state(plan, examinee).path("imageUrl").asString())
                .header("Authorization", "Bearer " + TestTokens.proctor("kim", plan));
        HttpResponse<byte[]> answer = Http.send(request);
        require(answer, 200);
        return answer.body();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(web.resolve(path));
    }

    private static JsonNode json(HttpResponse<byte[]> answer, int status) {
        require(answer, status);
        return MessageCodec.mapper().readTree(answer.body());
    }

    private static void require(HttpResponse<byte[]> answer, int status) {
        if (answer.statusCode() != status) {
            throw new AssertionError(
                    answer.request().uri() + " was answered with " + answer.statusCode() + " instead of " + status);
        }
    }
}
