package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Source files remain small enough to read at once. */
class ClassSizeTests {

    private static final int MAX_LINES = 300;

    @Test
    void noClassOfProductionExceedsMaximum() throws IOException {
        List<Path> sources = productionSources();
        assertThat(sources).hasSizeGreaterThan(100);
        assertThat(sources)
                .allSatisfy(file -> assertThat(lines(file)).as(file.toString()).isLessThanOrEqualTo(MAX_LINES));
    }

    private static List<Path> productionSources() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.file("."))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/main/"))
                    .toList();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
