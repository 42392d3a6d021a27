package dev.mobilesync.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code package.json} of mobile-sync.js agrees with the Maven project. */
class NpmPackageTests {

    private static final Path PAGES = Repository.file("web-server/src/main/resources/pages");
    private static final Path REPLACED = Repository.file("web-server/src/main/npm");

    private final JsonNode descriptor =
            new JsonMapper().readTree(PAGES.resolve("package.json").toFile());

    @Test
    void hasVersionsOfMavenProject() throws IOException {
        String project = Files.readString(Repository.file("pom.xml"));

        assertThat(descriptor.path("version").asString())
                .isEqualTo(find("<artifactId>mobile-sync</artifactId>\\s*<version>([^<]+)</version>", project));
        assertThat(descriptor.at("/dependencies/@stomp~1stompjs").asString())
                .isEqualTo("^" + find("<stompjs.version>([^<]+)</stompjs.version>", project));
        assertThat(descriptor.path("license").asString()).isEqualTo("Apache-2.0");
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    @Test
    void listsEachModuleThatModuleImports() throws IOException {
        assertThat(descriptor.path("files").valueStream().map(JsonNode::asString))
                .contains("mobile-sync.js", "mobile-sync.d.ts")
                .allSatisfy(file -> assertThat(PAGES.resolve(file)).exists())
                .containsAll(Pattern.compile("from '\\./([^']+)'")
                        .matcher(Files.readString(PAGES.resolve("mobile-sync.js")))
                        .results()
                        .map(imported -> imported.group(1))
                        .toList());
    }

    /** The package's file replaces the served one, so it must export the same names. */
    @Test
    void replacedModuleExportsSameNames() throws IOException {
        String exported = "export (?:const )?(\\{[^}]+\\})";
        assertThat(find(exported, Files.readString(REPLACED.resolve("stomp.js"))))
                .isEqualTo(find(exported, Files.readString(PAGES.resolve("stomp.js"))));
    }
}
