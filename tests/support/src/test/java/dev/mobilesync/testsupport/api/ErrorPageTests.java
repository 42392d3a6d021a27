package dev.mobilesync.testsupport.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Compares {@code docs/errors.md} with {@link ErrorCode}, {@code openapi.yaml} and the page that services serve. */
class ErrorPageTests {

    private final OpenApiPaths paths = OpenApiPaths.documented();

    @Test
    void describesEachCode() throws IOException {
        List<String> expected = Arrays.stream(ErrorCode.values())
                .map(code -> code.name() + ": " + http(code) + (code.isRetryable() ? "retryable." : "not retryable."))
                .toList();

        assertThat(described()).isEqualTo(expected);
    }

    /** To fix a failure, copy target/errors.html to the resources. */
    @Test
    void servedPageMatchesDocument() throws IOException {
        String page = ErrorPage.html();
        Files.writeString(Path.of("target", "errors.html"), page);

        assertThat(Files.readString(Repository.file("common-messages/src/main/resources/api/errors.html")))
                .isEqualTo(page);
    }

    @ParameterizedTest
    @EnumSource
    void servedPageHasAnchorOfEachCode(ErrorCode code) throws IOException {
        assertThat(ErrorPage.html()).containsOnlyOnce(" id=\"" + code.name().toLowerCase(Locale.ROOT) + "\"");
    }

    /** The headings, each with its first line. */
    private static List<String> described() throws IOException {
        List<String> sections = new ArrayList<>();
        String[] parts = Files.readString(Repository.file("docs/errors.md")).split("\n## ");
        for (String section : Arrays.asList(parts).subList(1, parts.length)) {
            List<String> lines = section.lines().filter(line -> !line.isBlank()).toList();
            assertThat(lines).as(lines.get(0)).hasSizeGreaterThan(3);
            sections.add(lines.get(0) + ": " + lines.get(1));
        }
        return sections;
    }

    private String http(ErrorCode code) {
        SortedSet<String> statuses = statuses(code);
        return statuses.isEmpty()
                ? "Not over HTTP; "
                : statuses.stream().collect(Collectors.joining(", ", "HTTP ", "; "));
    }

    /**
     * The statuses with which operations return the code; 405 is the response to methods without an operation, 414 and 426 are those
     * of socket-server's handshake.
     */
    private SortedSet<String> statuses(ErrorCode code) {
        SortedSet<String> statuses =
                new TreeSet<>(code == ErrorCode.INVALID_REQUEST ? Set.of("405", "414", "426") : Set.of());
        for (OpenApiPaths.Operation operation : paths.operations()) {
            String responses = operation.pointer() + "/responses";
            for (String status : paths.at(responses).propertyNames()) {
                if (codes(paths.resolve(responses + "/" + status)).contains(code.name())) {
                    statuses.add(status);
                }
            }
        }
        return statuses;
    }

    private List<String> codes(String response) {
        JsonNode code = paths.at(response + "/content/application~1problem+json/schema/allOf/1/properties/code");
        return code.has("const")
                ? List.of(code.path("const").asString())
                : code.path("enum").valueStream().map(JsonNode::asString).toList();
    }
}
