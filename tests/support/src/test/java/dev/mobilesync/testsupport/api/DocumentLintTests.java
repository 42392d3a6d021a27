package dev.mobilesync.testsupport.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Lints the documents with the programs of {@code tests/support/node}. They fail at a warning, too.
 */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class DocumentLintTests {

    private static final Path DOCUMENTS = Repository.file("common-messages/src/main/resources/api");
    private static final Path PROGRAMS = new NodePackage("tests/support", "node").install();

    @Test
    void redoclyAcceptsOpenApi() {
        String output = Shell.run(
                Map.of("REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
                List.of(
                        "node",
                        PROGRAMS.resolve("node_modules/@redocly/cli/bin/cli.js").toString(),
                        "lint",
                        "--config",
                        PROGRAMS.resolve("redocly.yaml").toString(),
                        DOCUMENTS.resolve("openapi.yaml").toString()));

        assertThat(output).contains("Your API description is valid");
    }

    @Test
    void parserAcceptsAsyncApi() {
        String output = Shell.run(
                "node",
                PROGRAMS.resolve("asyncapi.mjs").toString(),
                DOCUMENTS.resolve("asyncapi.yaml").toString());

        assertThat(output).containsPattern("\\d+ operations");
    }
}
