package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MessageCodec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The structured log of a run, with one JSON document per line. */
final class JsonLog {

    private static final int EXCERPT = 24;

    private final String text;
    private final List<JsonNode> lines;

    /**
     * @param outputs of the processes
     */
    JsonLog(String... outputs) {
        this.text = String.join("", outputs);
        this.lines = text.lines()
                .filter(line -> line.startsWith("{"))
                .map(MessageCodec.mapper()::readTree)
                .toList();
    }

    List<JsonNode> lines() {
        return lines;
    }

    /** The lines of the audit log about this action. */
    List<JsonNode> audited(String action) {
        return lines.stream()
                .filter(line -> line.at("/audit/action").asString("").equals(action))
                .toList();
    }

    /** The lines that were written while a span of the trace was current. */
    List<JsonNode> ofTrace(String traceId) {
        return lines.stream()
                .filter(line -> line.path("traceId").asString("").equals(traceId))
                .toList();
    }

    /** Requires that each line is JSON, so that no line break of a message has started another line. */
    void assertOnlyJson() {
        assertThat(text.lines().filter(line -> !line.startsWith("{"))).isEmpty();
    }

    /** Requires that the log contains neither these secrets nor the beginning of any token. */
    void assertContainsNone(String... secrets) {
        assertThat(lines).isNotEmpty();
        assertThat(text).doesNotContain("eyJ");
        for (String secret : secrets) {
            assertThat(text).doesNotContain(secret);
        }
    }

    /** Requires that the log contains no part of the picture, in Base64 or in hex. */
    void assertContainsNoPicture(byte[] picture) {
        String base64 = Base64.getEncoder().encodeToString(picture);
        String hex = HexFormat.of().formatHex(picture);
        assertThat(text)
                .doesNotContain(excerpts(base64).toArray(String[]::new))
                .doesNotContain(excerpts(hex).toArray(String[]::new));
    }

    private static Stream<String> excerpts(String encoded) {
        return Stream.of(0, encoded.length() / 2, encoded.length() - EXCERPT)
                .map(start -> encoded.substring(start, start + EXCERPT));
    }
}
