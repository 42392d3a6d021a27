package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContractProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Compiles and runs the programs of {@code docs/examples}. The sandbox makes their first attempt fail. */
@Tag("slow")
class ExamplesIT {

    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String PHONE_LIBRARIES = ".*/(okhttp|okio|kotlin-stdlib)[^/]*\\.jar";

    private final MobileSyncSystem system = MobileSyncSystem.shared();
    private final ApiClient api = system.api();

    private final HttpContractProxy web = HttpContractProxy.of(system.web());
    private final Path directory;

    ExamplesIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void stopProxy() {
        web.close();
    }

    private static ExamineeKey examinee(String effect) {
        String unique = UUID.randomUUID().toString().substring(0, 8);
        return new ExamineeKey("examples-" + unique, "sandbox-" + effect + "-once-" + unique);
    }

    private ChildProcess java(Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(ChildProcess.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.addAll(List.of(arguments));
        return ChildProcess.start(directory, directory.resolve("output-" + UUID.randomUUID()), environment, command);
    }

    @Test
    void platformServerOrdersAndFollows() {
        ExamineeKey examinee = examinee("publish-failed");
        Map<String, String> environment =
                Map.of("WEB", web.uri().toString(), "MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        String source =
                Repository.file("docs/examples/java/PlatformServer.java").toString();
        try (ChildProcess server = java(environment, CLASS_PATH, source, examinee.planId(), examinee.examineeId())) {
            server.awaitOutput("change " + examinee.examineeId() + " WAITING");
            JsonNode record = ApiClient.json(
                    api.get(
                            ApiClient.recordPath(examinee.planId(), examinee.examineeId()),
                            printed(server, "token (\\S+)")),
                    200);
            assertThat(record.at("/lastOrder/timestamp").asString()).isEqualTo(printed(server, "order (\\S+)"));

            assertThat(api.upload(examinee, "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            server.awaitOutput("change " + examinee.examineeId() + " COMPLETED");
        }
        assertThat(web.check())
                .containsExactlyInAnyOrder(
                        "get /api/v1/plans/{planId}/mobile-sync",
                        "post /api/v1/plans/{planId}/examinees/{examineeId}/orders");
    }

    private static String printed(ChildProcess process, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(process.output());
        assertThat(matcher.find()).as(process.output()).isTrue();
        return matcher.group(1);
    }

    @Test
    void phoneUploadsWithRetry() throws IOException {
        ExamineeKey examinee = examinee("store-failed");
        Path picture = Files.write(directory.resolve("picture.jpg"), Jpegs.picture(1));
        Path classes = directory.resolve("classes");
        try (ChildProcess compiler = java(
                Map.of(),
                CLASS_PATH,
                "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                "-no-stdlib",
                "-no-reflect",
                "-Werror",
                "-jvm-target",
                "17",
                "-cp",
                Stream.of(CLASS_PATH.split(":"))
                        .filter(jar -> jar.matches(PHONE_LIBRARIES))
                        .collect(Collectors.joining(":")),
                "-d",
                classes.toString(),
                Repository.file("docs/examples/kotlin/PhoneUpload.kt").toString())) {
            assertThat(compiler.awaitExit()).as(compiler.output()).isZero();
        }
        Map<String, String> environment = Map.of(
                "WEB", web.uri().toString(),
                "DEVICE_TOKEN", TestTokens.device(examinee.planId(), examinee.examineeId(), "M001"));
        try (ChildProcess phone = java(
                environment,
                classes + ":" + CLASS_PATH,
                "PhoneUploadKt",
                examinee.planId(),
                examinee.examineeId(),
                "M001",
                picture.toString())) {
            assertThat(phone.awaitExit()).as(phone.output()).isZero();
            assertThat(phone.output()).containsSubsequence("retry CAPTURE_STORE_FAILED", "Stored(imageUrl=/");
        }
        assertThat(web.check()).containsExactly("post /api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures");
    }
}
