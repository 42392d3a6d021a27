package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of all scenarios of this JVM, rewritten after each. */
final class Report {

    private static final Path FILE = Path.of("target", "reliability", "report.md");
    private static final List<Entry> ENTRIES = new ArrayList<>();

    private Report() {}

    static synchronized void add(Entry row) {
        ENTRIES.add(row);
        ProgressOutput.print("     %s", row);
        try {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            Files.writeString(FILE, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text() {
        return """
                %s, Java %s, %d processors, %s %s; `%s`

                | fault | examinees | 201 | 503 | 429 | no response | slowest response | connections opened | recovered after | observations | result |
                |---|---|---|---|---|---|---|---|---|---|---|
                %s
                """.formatted(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        Runtime.version().feature(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        "mvn verify -Pfull",
                        ENTRIES.stream().map(Entry::cells).collect(Collectors.joining("\n")));
    }

    /** The row of one scenario. */
    static final class Entry {

        private final String label;
        private List<String> violations = List.of();
        private final Map<String, Duration> phases = new LinkedHashMap<>();
        private final Instant began = Instant.now();
        private String notes = "";
        private final Map<String, Object> counts = new LinkedHashMap<>();

        Entry(String label) {
            this.label = label;
        }

        /** Ends a phase of the scenario. */
        void phase(String phase) {
            Duration before = phases.values().stream().reduce(Duration.ZERO, Duration::plus);
            phases.put(phase, Duration.between(began, Instant.now()).minus(before));
        }

        private static String seconds(Duration time) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
        }

        /** The time from the end of the fault to full recovery. */
        private Duration recoveryTime() {
            return Stream.of("further arrivals", "completion")
                    .map(phase -> phases.getOrDefault(phase, Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
        }

        void violations(List<String> all) {
            violations = List.copyOf(all);
        }

        void history(History history, String observations) {
            notes = observations;
            counts.put(
                    "examinees",
                    history.of(Event.Subscribed.class)
                            .map(Event.Subscribed::examinee)
                            .distinct()
                            .count());
            for (int status : new int[] {201, 503, 429}) {
                counts.put(
                        Integer.toString(status),
                        history.count(Event.Answered.class, response -> response.status() == status));
            }
            counts.put("no response", history.of(Event.Unanswered.class).count());
            long slowest = history.of(Event.Answered.class)
                    .mapToLong(response -> response.took().toMillis())
                    .max()
                    .orElse(0);
            counts.put("slowest response", slowest + " ms");
            counts.put("connections opened", history.of(Event.Subscribed.class).count());
        }

        private String cells() {
            return "| %s | %s | %s | %s | %s |"
                    .formatted(
                            label,
                            counts.values().stream().map(String::valueOf).collect(Collectors.joining(" | ")),
                            seconds(recoveryTime()),
                            notes,
                            violations.isEmpty() ? "OK" : "**" + violations.size() + " violations**");
        }

        void assertNoViolations() {
            assertThat(violations).as(label).isEmpty();
        }

        @Override
        public String toString() {
            return "%s after %s (%s): %s; %s"
                    .formatted(
                            violations.isEmpty() ? "OK" : "FAILED",
                            seconds(Duration.between(began, Instant.now())),
                            phases.entrySet().stream()
                                    .map(phase -> phase.getKey() + " " + seconds(phase.getValue()))
                                    .collect(Collectors.joining(", ")),
                            counts.entrySet().stream()
                                    .map(count -> count.getKey() + " " + count.getValue())
                                    .collect(Collectors.joining(", ")),
                            notes);
        }
    }
}
