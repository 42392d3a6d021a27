package dev.mobilesync.testsupport.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiPageTests {

    /** To fix a failure, copy the tables of target/api.md between the comments. */
    @Test
    void matchesDocuments() throws IOException {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("REST", ApiPage.rest());
        tables.put("messages", ApiPage.messages());
        tables.put("channels", ApiPage.channels());
        Files.writeString(Path.of("target", "api.md"), String.join("\n", tables.values()));
        String page = Files.readString(Repository.file("docs/api.md"));

        tables.forEach((name, table) -> assertThat(page)
                .contains("<!-- " + name + ": made by ApiPage.java -->\n" + table + "<!-- end of " + name + " -->"));
    }
}
