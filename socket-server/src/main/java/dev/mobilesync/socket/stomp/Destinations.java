package dev.mobilesync.socket.stomp;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.service.security.AuthenticatedCaller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The valid destinations, and who may use them. */
public final class Destinations {

    private static final String ID = "(" + Identifiers.PATTERN + ")";
    private static final Pattern EXAMINEE_TOPIC = Pattern.compile(StompTopics.examinee(ID, ID));
    private static final Pattern PLAN_TOPIC = Pattern.compile(StompTopics.plan(ID));
    private static final Pattern SEND_TARGET = Pattern.compile(
            "/app/plans/" + ID + "/examinees/" + ID + "/mobile-sync/(wait|order|shutter|preview|notice)");

    private Destinations() {}

    /** A destination of SUBSCRIBE. */
    public sealed interface Topic {

        boolean allows(AuthenticatedCaller caller);
    }

    /** Messages of one examinee, for the examinee's browser and paired phone. */
    public record ExamineeTopic(ExamineeKey examinee) implements Topic {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isExaminee(examinee) || caller.isDeviceOf(examinee);
        }
    }

    /** Messages of all examinees of a plan. */
    public record PlanTopic(String planId) implements Topic {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isProctorOf(planId);
        }
    }

    /** A destination of SEND. */
    public sealed interface SendTarget {

        boolean allows(AuthenticatedCaller caller);
    }

    /** The examinee enters the step. */
    public record EnterStep(ExamineeKey examinee) implements SendTarget {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isExaminee(examinee);
        }
    }

    /** A proctor gives an order that concerns the examinee. */
    public record Order(ExamineeKey examinee) implements SendTarget {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isProctorOf(examinee.planId());
        }
    }

    /** The examinee's browser asks the phone to take the picture. */
    public record Shutter(ExamineeKey examinee) implements SendTarget {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isExaminee(examinee);
        }
    }

    /** The phone reports its preview. */
    public record Preview(ExamineeKey examinee) implements SendTarget {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isDeviceOf(examinee);
        }
    }

    /** A proctor sends a notice to the examinee. */
    public record Notice(ExamineeKey examinee) implements SendTarget {

        @Override
        public boolean allows(AuthenticatedCaller caller) {
            return caller.isProctorOf(examinee.planId());
        }
    }

    /** Parses the destination of a SUBSCRIBE; {@code null} if it is unknown. */
    public static @Nullable Topic parseTopic(String destination) {
        Matcher examinee = EXAMINEE_TOPIC.matcher(destination);
        if (examinee.matches()) {
            return new ExamineeTopic(new ExamineeKey(examinee.group(1), examinee.group(2)));
        }
        Matcher plan = PLAN_TOPIC.matcher(destination);
        return plan.matches() ? new PlanTopic(plan.group(1)) : null;
    }

    /** Parses the destination of a SEND; {@code null} if it is unknown. */
    public static @Nullable SendTarget parseSendTarget(String destination) {
        Matcher target = SEND_TARGET.matcher(destination);
        if (!target.matches()) {
            return null;
        }
        ExamineeKey examinee = new ExamineeKey(target.group(1), target.group(2));
        return switch (target.group(3)) {
            case "wait" -> new EnterStep(examinee);
            case "order" -> new Order(examinee);
            case "shutter" -> new Shutter(examinee);
            case "preview" -> new Preview(examinee);
            default -> new Notice(examinee);
        };
    }
}
