package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NeedsRealServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures the frames of a board with 10,000 examinees, of which hundreds change each second. */
@Tag("slow")
@Exclusive
@NeedsChromium
@NeedsRealServers
class ProctorLoadIT {

    private static final int EXAMINEES = 10_000;
    private static final int CHANGES_PER_SECOND = 500;
    private static final int TICKS_PER_SECOND = 50;
    private static final Duration AT_REST = Duration.ofSeconds(5);

    /** Both streams together change each examinee at most once. */
    private static final Duration SCROLLING = Duration.ofSeconds(12);

    private static final Duration WATCHING = Duration.ofSeconds(6);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** Two frames of 60 Hz, although two cores run the three services, the broker and the browser. */
    private static final double MAX_P95_MILLIS = 34;

    /** CPU time of the page's thread per frame; the rest of the frame time is for other work. */
    private static final double MAX_WORK_MILLIS = 10;

    private static final int MAX_DRAWS_PER_SECOND = 10;

    /** The delay that users perceive as immediate. */
    private static final double MAX_FIND_MILLIS = 200;

    /** Records the time of each frame, and how often a task changes elements of the page. */
    private static final String MEASURE = """
            const [scrolls, drawn] = arguments;
            const grid = document.getElementById('grid');
            window.frames_ = [];
            window.draws_ = 0;
            window.held_ = 0;
            window.measuring = true;
            window.observer = new MutationObserver(() => window.draws_++);
            for (const element of document.querySelectorAll(drawn)) {
              window.observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
            }
            let last = performance.now();
            let step = 61;
            const frame = (now) => {
              window.frames_.push(now - last);
              if (!document.getElementById('held').hidden) window.held_++;
              last = now;
              if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1) step = -61;
              if (grid.scrollTop === 0) step = 61;
              if (scrolls) grid.scrollTop += step;
              if (window.measuring) requestAnimationFrame(frame);
            };
            requestAnimationFrame(frame);
            """;

    private static final String END_MEASURE = """
            window.measuring = false;
            window.observer.disconnect();
            return `${window.draws_} ${window.held_} ${window.frames_.join(' ')}`;
            """;

    @Test
    void followsHundredsOfChangesSmoothly() {
        RunningApplication application = RunningApplication.sharedServices();
        try (SimulatedExam exam = new SimulatedExam(application)) {
            seed(exam);
            long opened = System.nanoTime();
            try (ProctorPage page = ProctorPage.open(application, BrowserOptions.laptop("ko"), "kim", exam.plan())) {
                page.awaitCount("ALL", EXAMINEES);
                System.out.printf(
                        Locale.ROOT, "10,000 examinees listed after %.1f s%n", (System.nanoTime() - opened) / 1e9);
                assertThat(page.examinees()).hasSizeLessThan(60);
                page.browser().devTools("Performance.enable", Map.of());

                Frames quiet = measure(page, AT_REST, true);
                System.out.println("scrolling, at rest: " + quiet);
                try (Stream stream = new Stream(exam)) {
                    stream.start();
                    Frames scrolling = measure(page, SCROLLING, true);
                    System.out.println("scrolling, busy:    " + scrolling);
                    Frames watching = measure(page, WATCHING, false);
                    System.out.println("watching, busy:     " + watching);
                    scrolling.assertSmooth();
                    assertThat(scrolling.held).as("order held while scrolling").isGreaterThan(0.9);
                    watching.assertSmooth();
                }
                assertBoardMatchesRecords(page, exam);
                assertThat(find(page, "E09999", 1)).containsExactly("E09999");
                assertThat(find(page, "", 10)).hasSizeBetween(10, 60);
                assertThat(page.browser().scriptErrors()).isEmpty();
            }
        }
    }

    private static void seed(SimulatedExam exam) {
        for (int i = 0; i < EXAMINEES; i++) {
            exam.enterStep(id(i), SimulatedExam.now());
        }
        exam.await(Status.WAITING, EXAMINEES);
    }

    private static String id(int i) {
        return "E%05d".formatted(i);
    }

    /** Measures the page. @param scrolls whether it scrolls in each frame, which changes rows too */
    private static Frames measure(ProctorPage page, Duration time, boolean scrolls) {
        double cpu = cpuSeconds(page);
        int waiting = page.count("WAITING");
        long begin = System.nanoTime();
        page.browser().script(MEASURE, scrolls, scrolls ? "#counts" : "#counts, #list");
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> System.nanoTime() - begin > time.toNanos());
        double[] result = Arrays.stream(
                        String.valueOf(page.browser().script(END_MEASURE)).split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double[] millis = Arrays.copyOfRange(result, 2, result.length);
        Arrays.sort(millis);
        return new Frames(
                millis,
                1000 * (cpuSeconds(page) - cpu) / millis.length,
                // Each change ends a wait.
                (waiting - page.count("WAITING")) / seconds,
                result[0] / seconds,
                result[1] / millis.length);
    }

    /**
     * Types the text, measures the time until the list is drawn, and returns the listed examinees.
     *
     * @param rows how many rows the list must have at least
     */
    private static List<String> find(ProctorPage page, String text, int rows) {
        Object millis = page.browser().driver().executeAsyncScript("""
                const [text, count, done] = arguments;
                const search = document.getElementById('search');
                const began = performance.now();
                search.value = text;
                search.dispatchEvent(new Event('input', { bubbles: true }));
                const listed = () => {
                  const rows = [...document.querySelectorAll('.row')];
                  return rows.length >= count && rows.every((row) => row.dataset.id.includes(text));
                };
                const drawn = () => requestAnimationFrame(() => done(performance.now() - began));
                const look = () => (listed() ? drawn() : requestAnimationFrame(look));
                requestAnimationFrame(look);
                """, text, rows);
        System.out.printf("search for '%s' among 10,000: drawn after %s ms%n", text, millis);
        assertThat(((Number) Objects.requireNonNull(millis)).doubleValue()).isLessThan(MAX_FIND_MILLIS);
        return page.examinees();
    }

    private static double cpuSeconds(ProctorPage page) {
        Object metrics =
                page.browser().devTools("Performance.getMetrics", Map.of()).get("metrics");
        for (Object metric : metrics instanceof List<?> list ? list : List.of()) {
            if (metric instanceof Map<?, ?> entry
                    && "ThreadTime".equals(entry.get("name"))
                    && entry.get("value") instanceof Number value) {
                return value.doubleValue();
            }
        }
        throw new AssertionError("no ThreadTime in " + metrics);
    }

    /** Asserts that the board's counts equal those of the records in every state. */
    private static void assertBoardMatchesRecords(ProctorPage page, SimulatedExam exam) {
        page.pointAway();
        await().atMost(TIMEOUT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            List<Integer> seen = new ArrayList<>();
            List<Integer> kept = new ArrayList<>();
            for (Status status : Status.values()) {
                seen.add(page.count(status.name()));
                kept.add(exam.count(status));
            }
            assertThat(seen).isEqualTo(kept);
            assertThat(seen.stream().mapToInt(Integer::intValue).sum()).isEqualTo(EXAMINEES);
        });
    }

    /**
     * @param millis the sorted times between frames
     * @param workMillis the average CPU time of the page's thread per frame
     * @param changes the changes per second that the board has shown
     * @param draws how often per second it has drawn them
     * @param held the share of frames in which the order was held
     */
    private record Frames(double[] millis, double workMillis, double changes, double draws, double held) {

        void assertSmooth() {
            assertThat(changes).as("changes per second").isGreaterThan(0.8 * CHANGES_PER_SECOND);
            assertThat(draws).as("draws per second").isBetween(MAX_DRAWS_PER_SECOND / 2.0, MAX_DRAWS_PER_SECOND + 0.2);
            assertThat(percentile(95)).as("p95 of the frame time").isLessThanOrEqualTo(MAX_P95_MILLIS);
            assertThat(workMillis).as("work per frame").isLessThan(MAX_WORK_MILLIS);
        }

        double percentile(int percent) {
            return millis[Math.min(millis.length - 1, millis.length * percent / 100)];
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d frames, p50 %.1f ms, p95 %.1f ms, max %.1f ms; %.1f ms of work each; "
                            + "%.0f changes and %.1f draws per second; order held in %.0f%%",
                    millis.length,
                    percentile(50),
                    percentile(95),
                    percentile(100),
                    workMillis,
                    changes,
                    draws,
                    100 * held);
        }
    }

    /** Ends examinees' waits at a fixed rate per second, each in another way than the one before. */
    private static final class Stream implements AutoCloseable {

        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final AtomicInteger next = new AtomicInteger();
        private final SimulatedExam exam;

        private Stream(SimulatedExam exam) {
            this.exam = exam;
        }

        void start() {
            timer.scheduleAtFixedRate(
                    () -> {
                        for (int i = 0; i < CHANGES_PER_SECOND / TICKS_PER_SECOND; i++) {
                            change(next.getAndIncrement());
                        }
                    },
                    0,
                    1000 / TICKS_PER_SECOND,
                    TimeUnit.MILLISECONDS);
        }

        private void change(int number) {
            // Spreads the changes over the list.
            int i = (int) (number * 7919L % EXAMINEES);
            switch (number % 3) {
                case 0 -> exam.pair(id(i), "M" + i);
                case 1 -> exam.complete(id(i), "M" + i, SimulatedExam.now());
                default -> exam.fail(id(i), "M" + i, ErrorCode.CAPTURE_TRANSFER_FAILED, SimulatedExam.now());
            }
        }

        @Override
        public void close() {
            timer.shutdownNow();
            try {
                assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
