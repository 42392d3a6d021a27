package dev.mobilesync.state.webhook;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/** The pending changes of one examinee, in the order of their revisions. The first one is attempted until it is finished. */
final class ExamineePendingChanges {

    private final String examinee;
    private final long tieBreaker;
    private final PriorityQueue<WebhookDelivery> deliveries = new PriorityQueue<>(
            Comparator.comparingLong(delivery -> delivery.event().revision()));
    private @Nullable BackOffExecution pauses;
    private long due;
    private boolean inProcess;

    /**
     * @param tieBreaker distinguishes examinees whose changes are due at the same time
     * @param due when the first attempt may be made, as of {@link System#nanoTime}
     */
    ExamineePendingChanges(String examinee, long tieBreaker, long due) {
        this.examinee = examinee;
        this.tieBreaker = tieBreaker;
        this.due = due;
    }

    String examinee() {
        return examinee;
    }

    long tieBreaker() {
        return tieBreaker;
    }

    long due() {
        return due;
    }

    void setDue(long due) {
        this.due = due;
    }

    boolean isInProcess() {
        return inProcess;
    }

    void setInProcess(boolean inProcess) {
        this.inProcess = inProcess;
    }

    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    WebhookDelivery head() {
        return requireNonNull(deliveries.peek());
    }

    void add(WebhookDelivery delivery) {
        deliveries.add(delivery);
    }

    /** Removes each matching delivery and passes it on. */
    void removeIf(Predicate<WebhookDelivery> matches, Consumer<WebhookDelivery> removed) {
        Iterator<WebhookDelivery> each = deliveries.iterator();
        while (each.hasNext()) {
            WebhookDelivery delivery = each.next();
            if (matches.test(delivery)) {
                each.remove();
                removed.accept(delivery);
            }
        }
    }

    /** Returns the pause after a failure, in milliseconds. */
    long nextPause(BackOff backOff) {
        BackOffExecution execution = pauses;
        if (execution == null) {
            execution = backOff.start();
            pauses = execution;
        }
        return execution.nextBackOff();
    }

    void resetPauses() {
        pauses = null;
    }
}
