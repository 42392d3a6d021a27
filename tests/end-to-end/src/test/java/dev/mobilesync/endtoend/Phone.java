package dev.mobilesync.endtoend;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A phone that uploads pictures, as the mobile app does. */
final class Phone {

    private static final HttpClient PLAIN = HttpClient.newHttpClient();

    private final HttpClient http;
    private final URI web;
    private final ExamineeKey examinee;
    private final String device;
    private final String token;

    Phone(URI web, ExamineeKey examinee, String device) {
        this(web, examinee, device, TestTokens.device(examinee.planId(), examinee.examineeId(), device));
    }

    Phone(URI web, ExamineeKey examinee, String device, String token) {
        this(PLAIN, web, examinee, device, token);
    }

    /**
     * @param http one that trusts the server's certificate, for one
     */
    Phone(HttpClient http, URI web, ExamineeKey examinee, String device, String token) {
        this.http = http;
        this.web = web;
        this.examinee = examinee;
        this.device = device;
        this.token = token;
    }

    /** What the server answered. */
    record Answer(int status, Map<String, String> headers, String body, Duration took) {

        JsonNode json() {
            return MessageCodec.mapper().readTree(body);
        }

        /** The {@code code} of a problem. */
        String code() {
            return json().path("code").asString();
        }
    }

    Answer upload(byte[] image) {
        return upload(image, Map.of());
    }

    Answer upload(byte[] image, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(web.resolve(path()))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(BodyPublishers.ofByteArray(MultipartBody.upload(device, image)));
        headers.forEach(request::header);
        long started = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            Map<String, String> single = new HashMap<>();
            response.headers()
                    .map()
                    .forEach((name, values) -> single.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            return new Answer(
                    response.statusCode(), single, response.body(), Duration.ofNanos(System.nanoTime() - started));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends half of the body, then closes its side, as a phone that loses its network does. */
    void uploadHalf(byte[] image) throws IOException {
        byte[] body = MultipartBody.upload(device, image);
        try (Socket socket = new Socket(web.getHost(), web.getPort())) {
            socket.getOutputStream()
                    .write(("POST " + path() + " HTTP/1.1\r\nHost: " + web.getAuthority() + "\r\nAuthorization: Bearer "
                                    + token + "\r\nContent-Type: " + MultipartBody.CONTENT_TYPE
                                    + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body, 0, body.length / 2);
            socket.getOutputStream().flush();
        }
    }

    private String path() {
        return "/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-captures";
    }
}
