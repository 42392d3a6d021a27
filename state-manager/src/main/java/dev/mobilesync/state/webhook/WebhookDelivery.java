package dev.mobilesync.state.webhook;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** An unacknowledged state change. The broker redelivers it if its channel closes before it is acknowledged. */
final class WebhookDelivery {

    private final WebhookEvent event;
    private final BooleanSupplier channelOpen;
    private final Runnable acknowledgement;

    /**
     * @param channelOpen whether the change can still be acknowledged
     * @param acknowledgement does nothing if it cannot
     */
    WebhookDelivery(WebhookEvent event, BooleanSupplier channelOpen, Runnable acknowledgement) {
        this.event = event;
        this.channelOpen = channelOpen;
        this.acknowledgement = acknowledgement;
    }

    WebhookEvent event() {
        return event;
    }

    boolean isChannelOpen() {
        return channelOpen.getAsBoolean();
    }

    /** The time since the change was published. */
    Duration timeSincePublished() {
        return Duration.ofMillis(Math.max(0, System.currentTimeMillis() - event.sentAt()));
    }

    void acknowledge() {
        acknowledgement.run();
    }
}
