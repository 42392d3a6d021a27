package dev.mobilesync.service.publishing;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A queue or an exchange that exists with other arguments than the services declare.
 *
 * @param problem the argument and its two values
 * @param fix what an operator has to do
 */
public record DeclarationMismatch(String problem, String fix) {

    private static final Pattern MISMATCH = Pattern.compile(
            "inequivalent arg '([^']+)' for (queue|exchange) '([^']+)' in vhost '([^']*)': received (.+) but current is (.+)");
    private static final Pattern VALUE = Pattern.compile("(?:the value )?'([^']*)'.*");

    /**
     * Returns the mismatch that made a declaration fail; {@code null} if it failed for another reason.
     *
     * @param name such as {@code queue status_queue}
     */
    public static @Nullable DeclarationMismatch of(String name, @Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException closed
                    && closed.getReason() instanceof AMQP.Channel.Close close
                    && close.getReplyCode() == AMQP.PRECONDITION_FAILED) {
                return parse(name, close.getReplyText());
            }
        }
        return null;
    }

    /** Parses the reply text of the broker, code 406. */
    public static DeclarationMismatch parse(String name, String declarationError) {
        Matcher mismatch = MISMATCH.matcher(declarationError);
        if (!mismatch.find()) {
            return new DeclarationMismatch(
                    name + " cannot be declared: " + declarationError, "Read the reason in the broker's log");
        }
        String delete = mismatch.group(2).equals("queue")
                ? "rabbitmqctl -p '" + mismatch.group(4) + "' delete_queue " + mismatch.group(3)
                : "rabbitmqadmin -V '" + mismatch.group(4) + "' delete exchange name=" + mismatch.group(3);
        return new DeclarationMismatch(
                name + " exists with other arguments: " + mismatch.group(1) + " is " + value(mismatch.group(6))
                        + ", not " + value(mismatch.group(5)),
                "Move its messages away and delete it (" + delete + "); it is then declared again");
    }

    private static String value(String text) {
        Matcher value = VALUE.matcher(text);
        return value.matches() ? value.group(1) : text;
    }

    /** One line with the problem and its fix. */
    @Override
    public String toString() {
        return problem + ". " + fix;
    }
}
