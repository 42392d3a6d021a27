package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.Repository;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that docs/configuration.md names, and their defaults. */
final class DocumentedSettings {

    /** A name, or its last parts: {@code `SPRING_RABBITMQ_HOST`, `_PORT`}. */
    private static final Pattern NAME =
            Pattern.compile("\\b(?=[A-Z])[A-Z0-9_]*_[A-Z0-9_]*[A-Z0-9]\\b|(?<=`)_[A-Z0-9_]+\\b");

    private static final String TEXT = HelmChart.read(Repository.file("docs/configuration.md"));

    private DocumentedSettings() {}

    static Set<String> names() {
        Set<String> names = new HashSet<>();
        for (String line : TEXT.lines().toList()) {
            String previous = "";
            Matcher name = NAME.matcher(line);
            while (name.find()) {
                if (!name.group().startsWith("_")) {
                    previous = name.group();
                    names.add(previous);
                    continue;
                }
                for (int end = previous.lastIndexOf('_'); end > 0; end = previous.lastIndexOf('_', end - 1)) {
                    names.add(previous.substring(0, end) + name.group());
                }
            }
        }
        return names;
    }

    /** The default in the row of a service: the column after the key and the service. */
    static String defaultOf(String name, String service) {
        return TEXT.lines()
                .filter(line -> line.startsWith("| `" + name + "` |"))
                .map(line -> line.split("\\|"))
                .filter(cells -> cells[2].contains(service))
                .map(cells -> {
                    int position = List.of(cells[2].strip().split(", ")).indexOf(service);
                    String[] defaults = cells[3].strip().split(", ");
                    return defaults[Math.min(position, defaults.length - 1)];
                })
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no default of " + name + " of " + service));
    }

    /** A size such as {@code 5MB} (5 MiB) or {@code 64MB}, in MiB. */
    static int mebibytes(String size) {
        if (!size.matches("\\d+MB")) {
            throw new IllegalArgumentException(size + " is no number of MB");
        }
        return Integer.parseInt(size.substring(0, size.length() - 2));
    }
}
