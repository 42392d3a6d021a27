package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation names files, classes and test methods that exist. */
class DocumentationTests {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#:]+)(?:#[^)]*)?\\)");
    private static final Pattern LINKED_CLASS = Pattern.compile("\\[`(\\w+)`]\\([^)]*/(\\w+)\\.java\\)");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*[a-z](?:Tests|IT))?(?:\\$\\w+)?(?:#(\\w+))?`");

    @Test
    void linksToExistingFiles() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            LINK.matcher(text)
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !Files.exists(page.resolveSibling(link)))
                    .forEach(link -> missing.add(page + ": " + link));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void namesLinkedClasses() throws IOException {
        for (Path page : pages()) {
            assertThat(LINKED_CLASS.matcher(Files.readString(page)).results())
                    .as(page.toString())
                    .allSatisfy(link -> assertThat(link.group(1)).isEqualTo(link.group(2)));
        }
    }

    @Test
    void namesExistingTests() throws IOException {
        Map<String, String> sources = testSources();
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            String test = "";
            for (var name : TEST.matcher(Files.readString(page)).results().toList()) {
                String method = name.group(2);
                if (name.group(1) != null) {
                    test = name.group(1);
                } else if (method == null) {
                    continue;
                }
                String source = sources.get(test);
                if (source == null || method != null && !source.contains(" " + method + "(")) {
                    missing.add(page + ": " + test + "#" + method);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        return files(".md");
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (Path file : files(".java")) {
            String name = file.getFileName().toString();
            if (name.matches(".*(Tests|IT)\\.java")) {
                sources.merge(name.replace(".java", ""), Files.readString(file), String::concat);
            }
        }
        return sources;
    }

    private static List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(Repository.file("."))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.toString().matches(".*/(target|node_modules|\\.git)/.*"))
                    .toList();
        }
    }
}
