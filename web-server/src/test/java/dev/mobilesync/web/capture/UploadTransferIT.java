package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Digests, and transfers that are damaged or interrupted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class UploadTransferIT extends UploadFixture {

    @Test
    void acceptsMatchingDigest() throws Exception {
        byte[] picture = Jpegs.picture(10);
        HttpResponse<String> response = api.upload(
                examinee, DEVICE, picture, "Content-Digest", "md5=:AAAA:, " + Digests.contentDigest(picture));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void reportsMismatchingDigest() throws Exception {
        HttpResponse<String> response = api.upload(
                examinee, DEVICE, Jpegs.picture(11), "Content-Digest", Digests.contentDigest(Jpegs.picture(12)));

        assertProblem(response, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void rejectsMalformedDigest() throws Exception {
        HttpResponse<String> response =
                api.upload(examinee, DEVICE, Jpegs.picture(13), "Content-Digest", "sha-256=abc");

        assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void acceptsDigestOfWholeBody() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(27));
        HttpResponse<String> response =
                api.uploadBody(examinee, token(), body, "Content-Digest", Digests.contentDigest(body));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void acceptsDigestOfImagePart() throws Exception {
        byte[] picture = Jpegs.picture(28);
        HttpResponse<String> response = uploadForm(new MultipartBody()
                .metadataOf(DEVICE)
                .part("image", "image/jpeg\r\nContent-Digest: " + Digests.contentDigest(picture), picture));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void rejectsWrongDigestOfImagePart() throws Exception {
        MultipartBody form = new MultipartBody()
                .metadataOf(DEVICE)
                .part(
                        "image",
                        "image/jpeg\r\nContent-Digest: " + Digests.contentDigest(Jpegs.picture(29)),
                        Jpegs.picture(30));
        byte[] body = form.bytes();
        // Matches the body, but not the image in it.
        HttpResponse<String> response =
                api.uploadBody(examinee, token(), body, "Content-Digest", Digests.contentDigest(body));

        assertProblem(response, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void rejectsMalformedDigestOfImagePart() throws Exception {
        HttpResponse<String> response = uploadForm(new MultipartBody()
                .metadataOf(DEVICE)
                .part("image", "image/jpeg\r\nContent-Digest: sha-256=abc", Jpegs.picture(30)));

        assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
    }

    static Stream<Arguments> damagedTransfers() {
        byte[] complete = MultipartBody.upload(DEVICE, Jpegs.picture(43));
        return Stream.of(
                arguments("no bytes", new byte[0]),
                arguments("an empty image", MultipartBody.upload(DEVICE, new byte[0])),
                arguments("no closing boundary", Arrays.copyOf(complete, complete.length - 40)),
                arguments("half", Arrays.copyOf(complete, complete.length / 2)),
                arguments("within the first part's headers", Arrays.copyOf(complete, 60)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damagedTransfers")
    void reportsDamagedTransferAsRetryable(String name, byte[] body) throws Exception {
        assertProblem(api.uploadBody(examinee, token(), body), ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void reportsEmptyChunkedBodyAsRetryable() throws Exception {
        HttpResponse<String> response = api.send(api.request(path(), token())
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.noBody())));

        assertProblem(response, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    /** A retry would send the same form again. */
    @Test
    void rejectsFormWithLineFeedsOnly() throws Exception {
        String form = new String(MultipartBody.upload(DEVICE, Jpegs.picture(44)), StandardCharsets.ISO_8859_1);
        byte[] body = form.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);

        assertProblem(api.uploadBody(examinee, token(), body), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void reportsInterruptedUpload() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(21));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(head(body.length));
            socket.getOutputStream().write(body, 0, body.length / 2);
            socket.shutdownOutput();
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(response).startsWith("HTTP/1.1 400 ").contains("\"CAPTURE_TRANSFER_FAILED\"");
        }
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void publishesFailureOfDisconnectedPhone() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(22));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(head(body.length));
            socket.getOutputStream().write(body, 0, body.length / 2);
        }
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }
}
