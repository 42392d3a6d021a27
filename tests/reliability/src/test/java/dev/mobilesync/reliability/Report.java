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
import java.util.List;
import java.util.stream.Collectors;

/** The table of all rows that ran in this JVM, written anew after each. */
final class Report {

    private static final Path FILE = Path.of("target", "reliability", "report.md");
    private static final List<Entry> ENTRIES = new ArrayList<>();

    private Report() {}

    static synchronized void add(Entry line) {
        ENTRIES.add(line);
        Progress.say("     %s", line);
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

                | what breaks | examinees | 201 | 503 | 429 | no answer | slowest answer | sockets opened | all well after | seen | |
                |---|---|---|---|---|---|---|---|---|---|---|
                %s
                """.formatted(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        Runtime.version().feature(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Load.isFull() ? "mvn verify -Pfull" : "mvn verify",
                        ENTRIES.stream().map(Entry::cells).collect(Collectors.joining("\n")));
    }

    /** What one row says. */
    static final class Entry {

        private final String name;
        private final Load load;
        private List<String> wrong = List.of();
        private Duration settled = Duration.ZERO;
        private Duration took = Duration.ZERO;
        private String seen = "";
        private long taken;
        private long refused;
        private long tooMany;
        private long unanswered;
        private long sockets;
        private long slowestMillis;

        Entry(String name, Load load) {
            this.name = name;
            this.load = load;
        }

        void settled(Duration after) {
            settled = after;
        }

        void took(Duration all) {
            took = all;
        }

        void wrong(List<String> sentences) {
            wrong = List.copyOf(sentences);
        }

        void history(History history, String what) {
            seen = what;
            taken = answered(history, 201);
            refused = answered(history, 503);
            tooMany = answered(history, 429);
            unanswered = history.of(Event.Unanswered.class).count();
            sockets = history.of(Event.Subscribed.class).count();
            slowestMillis = history.of(Event.Answered.class)
                    .mapToLong(answer -> answer.took().toMillis())
                    .max()
                    .orElse(0);
        }

        private static long answered(History history, int status) {
            return history.count(Event.Answered.class, answer -> answer.status() == status);
        }

        private String cells() {
            return "| %s | %d | %d | %d | %d | %d | %d ms | %d | %.1f s | %s | %s |"
                    .formatted(
                            name,
                            load.examinees(),
                            taken,
                            refused,
                            tooMany,
                            unanswered,
                            slowestMillis,
                            sockets,
                            settled.toMillis() / 1e3,
                            seen,
                            wrong.isEmpty() ? "OK" : "**" + wrong.size() + " wrong**");
        }

        void assertRight() {
            assertThat(wrong).as(name).isEmpty();
        }

        @Override
        public String toString() {
            return "%s after %.1f s: 201 %d, 503 %d, 429 %d, no answer %d, slowest %d ms, sockets %d, settled in %.1f s; %s"
                    .formatted(
                            wrong.isEmpty() ? "OK" : "WRONG",
                            took.toMillis() / 1e3,
                            taken,
                            refused,
                            tooMany,
                            unanswered,
                            slowestMillis,
                            sockets,
                            settled.toMillis() / 1e3,
                            seen);
        }
    }
}
