package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessTableTests {

    private static final String START = "<!-- access table: made from AccessTable.java -->\n";
    private static final String END = "<!-- end of access table -->";

    @Test
    void coversEveryCallerAtEveryEndpoint() {
        var cases = Stream.concat(AccessTable.rest().stream(), AccessTable.stomp().stream())
                .collect(Collectors.groupingBy(AccessTable.AccessCase::endpoint));
        assertThat(cases.keySet()).isEqualTo(EnumSet.allOf(AccessTable.Endpoint.class));
        cases.values().forEach(column -> assertThat(column.stream().map(AccessTable.AccessCase::caller))
                .containsExactly(AccessTable.Caller.values()));
    }

    /** To fix a failure, copy target/access-table.md between the two comments. */
    @Test
    void matchesDocumentation() throws IOException {
        String table = AccessTable.markdown();
        Files.writeString(Path.of("target", "access-table.md"), table);
        String document = Files.readString(Repository.file("docs/security.md"));
        assertThat(document).contains(START, END);
        assertThat(document.substring(document.indexOf(START) + START.length(), document.indexOf(END)))
                .isEqualTo(table);
    }
}
