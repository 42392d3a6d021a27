package dev.mobilesync.admin.command;

import dev.mobilesync.messages.MessageCodec;
import java.io.PrintStream;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The output of a command. Results go to standard output: as text, or with {@code --json} as one JSON document per line.
 * Progress and errors go to standard error.
 */
public final class Console {

    /** Text of messages and of the store must not control the terminal. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private boolean json;

    /**
     * @param terminal whether standard error is a terminal
     * @param nanoTime the clock that decides when to show progress
     */
    public Console(PrintStream out, PrintStream err, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** Selects JSON or text. */
    public void setJson(boolean json) {
        this.json = json;
    }

    /** Prints a line, unless the output is JSON. */
    public void text(String line) {
        if (!json) {
            out.println(printable(line));
        }
    }

    /** Prints a JSON document, if the output is JSON. */
    public void json(Object document) {
        if (json) {
            out.println(MessageCodec.mapper().writeValueAsString(document));
        }
    }

    /** Prints an error. Each of its lines becomes a line. */
    public void error(String message) {
        message.lines().forEach(line -> err.println(printable(line)));
    }

    /** Begins to show the progress of a command. */
    public Progress progress() {
        return new Progress(err, terminal, nanoTime);
    }

    private static String printable(String line) {
        return CONTROL.matcher(line).replaceAll("?");
    }
}
