package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A row of the table in docs/operations.md.
 *
 * @param services the names of the services that expose it
 */
record DocumentedMetric(String name, String type, Set<String> labels, Set<String> services, String meaning) {

    private static final Pattern NAME = Pattern.compile("(?<![\\w\"])mobile_sync_\\w+?(?=(_bucket|_count|_sum)?\\b)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    static List<DocumentedMetric> readAll() throws IOException {
        return Files.readString(Repository.file("docs/operations.md"))
                .lines()
                .filter(line -> line.startsWith("| `mobile_sync_"))
                .map(line -> line.split("\\|"))
                .map(cells -> new DocumentedMetric(
                        String.join("", codes(cells[1])),
                        cells[2].strip(),
                        new TreeSet<>(codes(cells[3])),
                        Set.of(cells[4].strip().split(", ")),
                        cells[5]))
                .toList();
    }

    /** The listed values of a label, such as those in {@code `outcome`: `done`, `failed` (and why)}. */
    List<String> valuesOf(String label) {
        Matcher list = Pattern.compile("`" + label + "`: ((`[\\w-]+`( \\([^)]*\\))?(, )?)+)")
                .matcher(meaning);
        return list.find() ? codes(list.group(1).replaceAll("\\([^)]*\\)", "")) : List.of();
    }

    /** The name of its samples that count. */
    String counted() {
        return name + (type.equals("histogram") ? "_count" : "");
    }

    /** The names of metrics in a Prometheus expression, without the suffixes of histograms. */
    static Set<String> namesIn(String expression) {
        return NAME.matcher(expression).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult code) -> code.group(1))
                .toList();
    }
}
