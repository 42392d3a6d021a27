package dev.mobilesync.socket.fanout;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;

/** Hears that broadcasts were dropped. Many at once are one reason to do something, a moment after the first. */
final class DroppedBroadcastListener implements MessageListener {

    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private final ScheduledExecutorService timer;
    private final Runnable whatThen;
    private final AtomicBoolean soon = new AtomicBoolean();

    DroppedBroadcastListener(ScheduledExecutorService timer, Runnable whatThen) {
        this.timer = timer;
        this.whatThen = whatThen;
    }

    @Override
    public void onMessage(Message message) {
        if (soon.compareAndSet(false, true)) {
            timer.schedule(
                    () -> {
                        soon.set(false);
                        whatThen.run();
                    },
                    A_MOMENT.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }
}
