package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms, metadata, ids and headers of an upload. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class UploadRequestIT extends UploadFixture {

    @Test
    void readsMetadataWithoutContentTypeAsJson() throws Exception {
        HttpResponse<String> response = uploadForm(new MultipartBody()
                .image(Jpegs.picture(45))
                .part("metadata", "", MessageCodec.encode(new MobileCapture(DEVICE, null))));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @Test
    void truncatesLongDeviceInfo() throws Exception {
        String model = "x".repeat(127) + "\uD83D\uDCF1" + "y".repeat(8);
        HttpResponse<String> response = uploadForm(new MultipartBody()
                .image(Jpegs.picture(46))
                .metadata("{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"M001\",\"deviceInfo\":{\"model\":\""
                        + model + "\",\"osVersion\":\"iOS 15.0\"}}}"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(ApiClient.json(response)
                        .at("/data/captureInfo/deviceInfo/model")
                        .asString())
                .isEqualTo("x".repeat(127));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_400, 12_000})
    void acceptsLargeToken(int size) throws Exception {
        HttpResponse<String> response =
                api.uploadBody(examinee, tokenOf(size), MultipartBody.upload(DEVICE, Jpegs.picture(47)));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 60_000})
    void answersOversizedHeadersWith431(int size) throws Exception {
        HttpResponse<String> response = api.get(path(), tokenOf(size));

        assertProblem(response, ErrorCode.INVALID_REQUEST, 431);
    }

    private String tokenOf(int size) {
        return TestTokens.mint(Map.of(
                "role",
                "device",
                "plan",
                PLAN,
                "examinee",
                examinee.examineeId(),
                "device",
                DEVICE,
                "padding",
                "x".repeat(size * 3 / 4)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2F..%2Fetc",
                "%2e%2e%2fE001",
                "..%5cE001",
                "E%3A001",
                "E:001",
                "E*",
                "E%2A",
                "E%23001",
                "",
                "%20",
                "E%00",
                "E%25",
                "E;v=1",
                "%E2%82%AC",
                "-E001",
                "_E001",
                "E%0d%0aX",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void rejectsMalformedId(String id) throws Exception {
        String token = TestTokens.device(PLAN, "E001", DEVICE);
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(14));

        assertProblem(api.uploadBody(ApiClient.capturesPath(PLAN, id), token, body), ErrorCode.INVALID_REQUEST, 400);
        assertProblem(api.uploadBody(ApiClient.capturesPath(id, "E001"), token, body), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void rejectsMalformedDeviceId() throws Exception {
        assertProblem(
                uploadForm(new MultipartBody()
                        .image(Jpegs.picture(15))
                        .metadata("{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"../M001\"}}")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    static Stream<Arguments> badForms() {
        byte[] picture = Jpegs.picture(16);
        return Stream.of(
                arguments("nothing", new MultipartBody()),
                arguments("no metadata", new MultipartBody().image(picture)),
                arguments("no image", new MultipartBody().metadataOf(DEVICE)),
                arguments(
                        "two images",
                        new MultipartBody().metadataOf(DEVICE).image(picture).image(picture)),
                arguments(
                        "metadata of no type, not JSON",
                        new MultipartBody().image(picture).part("metadata", "", new byte[2])),
                arguments(
                        "metadata as text",
                        new MultipartBody()
                                .image(picture)
                                .part("metadata", "text/plain", "{}".getBytes(StandardCharsets.UTF_8))),
                arguments(
                        "metadata not JSON", new MultipartBody().image(picture).metadata("{")),
                arguments("metadata empty", new MultipartBody().image(picture).metadata("")),
                arguments(
                        "metadata without device",
                        new MultipartBody().image(picture).metadata("{\"type\":\"mobile_capture\",\"data\":{}}")),
                arguments(
                        "another message",
                        new MultipartBody()
                                .image(picture)
                                .metadata("{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P001\","
                                        + "\"examineeId\":\"E001\",\"timestamp\":\"2024-01-01T09:00:00Z\"}}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badForms")
    void rejectsMalformedForm(String name, MultipartBody form) throws Exception {
        assertProblem(uploadForm(form), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void rejectsBodyOtherThanForm() throws Exception {
        HttpResponse<String> response = api.send(api.request(path(), token())
                .header("Content-Type", "image/jpeg")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Jpegs.picture(17))));

        assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        HttpResponse<String> response = uploadForm(new MultipartBody()
                .image(Jpegs.picture(18))
                .part("extra", "text/plain", new byte[] {1})
                .metadata("{\"type\":\"mobile_capture\",\"x\":1,\"data\":{\"deviceId\":\"M001\",\"y\":{}}}"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }
}
