package dev.mobilesync.socket.stomp;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.service.AuthenticatedCaller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The only destinations that there are, and who may use them. */
public final class Destinations {

    private static final String ID = "(" + Identifiers.PATTERN + ")";
    private static final Pattern EXAMINEE_TOPIC =
            Pattern.compile("/topic/plans/" + ID + "/examinees/" + ID + "/mobile-sync");
    private static final Pattern PLAN_TOPIC = Pattern.compile("/topic/plans/" + ID + "/mobile-sync");
    private static final Pattern COMMAND =
            Pattern.compile("/app/plans/" + ID + "/examinees/" + ID + "/mobile-sync/(wait|order)");

    private Destinations() {}

    /** What can be subscribed to. */
    public sealed interface Topic {

        boolean allows(AuthenticatedCaller caller);
    }

    /** What one examinee is told. */
    public record ExamineeTopic(ExamineeKey examinee) implements Topic {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isExaminee(examinee);
        }
    }

    /** What all of a plan's examinees are told. */
    public record PlanTopic(String planId) implements Topic {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isProctorOf(planId);
        }
    }

    /** What can be sent to. */
    public sealed interface Command {

        boolean allows(AuthenticatedCaller caller);
    }

    /** The examinee enters the step. */
    public record Wait(ExamineeKey examinee) implements Command {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isExaminee(examinee);
        }
    }

    /** A proctor orders something about the examinee. */
    public record Order(ExamineeKey examinee) implements Command {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isProctorOf(examinee.planId());
        }
    }

    /** Reads the destination of a SUBSCRIBE; {@code null} if there is no such topic. */
    public static @Nullable Topic topic(String destination) {
        Matcher examinee = EXAMINEE_TOPIC.matcher(destination);
        if (examinee.matches()) {
            return new ExamineeTopic(new ExamineeKey(examinee.group(1), examinee.group(2)));
        }
        Matcher plan = PLAN_TOPIC.matcher(destination);
        return plan.matches() ? new PlanTopic(plan.group(1)) : null;
    }

    /** Reads the destination of a SEND; {@code null} if there is no such command. */
    public static @Nullable Command command(String destination) {
        Matcher command = COMMAND.matcher(destination);
        if (!command.matches()) {
            return null;
        }
        ExamineeKey examinee = new ExamineeKey(command.group(1), command.group(2));
        return command.group(3).equals("wait") ? new Wait(examinee) : new Order(examinee);
    }
}
