package dev.mobilesync.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTests {

    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void printsNothingInFirstSecond() {
        try (Progress progress = progress(true)) {
            advance(999);
            progress.update(() -> "1 of 2");
        }
        assertThat(printed.size()).isZero();
    }

    @Test
    void printsLinesNowAndThenElsewhere() {
        try (Progress progress = progress(false)) {
            for (int i = 0; i < 8; i++) {
                advance(1_000);
                int step = i;
                progress.update(() -> "step " + step);
            }
        }
        assertThat(text()).isEqualTo("step 0\nstep 5\n");
    }

    @Test
    void changesOneLineOfTerminal() {
        try (Progress progress = progress(true)) {
            advance(1_000);
            progress.update(() -> "1 of 2");
            advance(200);
            progress.update(() -> "2 of 2");
        }
        assertThat(text()).isEqualTo("\r\u001B[2K1 of 2\r\u001B[2K2 of 2\r\u001B[2K");
    }

    private Progress progress(boolean terminal) {
        return new Progress(new PrintStream(printed, true, StandardCharsets.UTF_8), terminal, nanos::get);
    }

    private void advance(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
