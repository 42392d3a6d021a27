package dev.mobilesync.admin.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows the progress of a command that takes more than a second: on a terminal in one line that changes, otherwise in a line
 * now and then. A quick command shows none. Used by one thread.
 */
public final class Progress implements AutoCloseable {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    private static final String CLEAR_LINE = "\r\u001B[2K";

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private long next;
    private boolean shown;

    Progress(PrintStream err, boolean terminal, LongSupplier nanoTime) {
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong() + FIRST.toNanos();
    }

    /** Shows the state, if it is time to. Call it for each step. */
    public void update(Supplier<String> state) {
        long now = nanoTime.getAsLong();
        if (now - next < 0) {
            return;
        }
        next = now + (terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
        shown = true;
        if (terminal) {
            err.print(CLEAR_LINE + state.get());
            err.flush();
        } else {
            err.println(state.get());
        }
    }

    /** Clears the line of a terminal, so that other output can follow. */
    public void clear() {
        if (shown && terminal) {
            err.print(CLEAR_LINE);
            err.flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }
}
