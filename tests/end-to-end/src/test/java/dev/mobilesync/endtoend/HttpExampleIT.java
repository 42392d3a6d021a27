package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpExchange;
import dev.mobilesync.testsupport.api.OpenApiPaths;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sends the requests of {@code docs/examples/mobile-sync.http}, in order. */
class HttpExampleIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final MobileSyncSystem system = MobileSyncSystem.shared();
    private final ApiClient api = system.api();
    private final OpenApiPaths documented = OpenApiPaths.documented();

    @Test
    void eachRequestSucceeds() throws IOException {
        HttpFile file = new HttpFile(
                Files.readString(Repository.file("docs/examples/mobile-sync.http")),
                Map.of(
                        "WEB", system.web().toString(),
                        "EXAMINEE_TOKEN", TestTokens.examinee(EXAMINEE.planId(), EXAMINEE.examineeId()),
                        "DEVICE_TOKEN", TestTokens.device(EXAMINEE.planId(), EXAMINEE.examineeId(), "M001"),
                        "PROCTOR_TOKEN", TestTokens.proctor("kim", EXAMINEE.planId())),
                path -> Jpegs.picture(1));
        Set<String> sent = new TreeSet<>();
        for (int i = 0; i < file.size(); i++) {
            HttpFile.Request request = file.request(i);
            HttpResponse<byte[]> response = send(request);
            assertThat(response.statusCode())
                    .as(
                            "%s %s: %s",
                            request.method(), request.url(), new String(response.body(), StandardCharsets.UTF_8))
                    .isBetween(200, 299);
            if (request.name() != null) {
                file.keep(request, MessageCodec.mapper().readTree(response.body()));
            }
            OpenApiPaths.Operation operation =
                    Objects.requireNonNull(documented.find(request.method(), documentedPath(request)));
            sent.add(operation.method() + " " + operation.path());
            if (operation.path().endsWith("/mobile-captures")) {
                await().until(() ->
                        api.record(EXAMINEE).path("status").asString().equals("COMPLETED"));
            }
        }

        assertThat(sent)
                .isEqualTo(documented.operations().stream()
                        .filter(operation -> operation.path().matches("/(api/v1|captures)/.*"))
                        .map(operation -> operation.method() + " " + operation.path())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The tests' bucket has another name than the default one. */
    private static String documentedPath(HttpFile.Request request) {
        return URI.create(request.url())
                .getRawPath()
                .replaceFirst("^/" + HttpExchange.TEST_BUCKET_PREFIX + "[^/]+/", "/captures/");
    }

    private HttpResponse<byte[]> send(HttpFile.Request request) {
        HttpRequest.BodyPublisher body =
                request.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(request.body());
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(request.url())).method(request.method(), body);
        request.headers().forEach(builder::header);
        return api.send(builder, BodyHandlers.ofByteArray());
    }
}
