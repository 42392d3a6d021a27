package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReliabilityDocumentTests {

    private static final String HEADER = "| fault | examinees |";

    @Test
    void listsEachScenarioByItsLabel() throws IOException {
        assertThat(Files.readString(Repository.file("docs/reliability.md"))
                        .lines()
                        .dropWhile(line -> !line.startsWith(HEADER))
                        .takeWhile(line -> line.startsWith("|"))
                        .skip(2)
                        .map(row -> row.split("\\|")[1].replace("(†)", "").strip()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ScenarioName.values())
                        .map(ScenarioName::label)
                        .toList());
    }
}
