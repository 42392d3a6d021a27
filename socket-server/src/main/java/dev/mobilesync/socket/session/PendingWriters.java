package dev.mobilesync.socket.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writers of one event loop that have frames to send. Frames of many connections that arrive together wake up the event loop
 * once.
 */
final class PendingWriters {

    private static final Logger log = LoggerFactory.getLogger(PendingWriters.class);

    private final Executor eventLoop;
    private final Queue<SessionWriter> writers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    PendingWriters(Executor eventLoop) {
        this.eventLoop = eventLoop;
    }

    void add(SessionWriter writer) {
        writers.add(writer);
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                eventLoop.execute(this::sendAll);
            } catch (RejectedExecutionException e) {
                log.debug("the server has stopped", e);
            }
        }
    }

    private void sendAll() {
        scheduled.set(false);
        for (SessionWriter writer = writers.poll(); writer != null; writer = writers.poll()) {
            writer.sendPending();
        }
    }
}
