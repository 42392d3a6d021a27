package dev.mobilesync.state.listener;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Collection;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unacknowledged deliveries of one channel. Acknowledges up to the oldest unfinished one at once, and those after it
 * one by one.
 */
final class ChannelAcknowledgements {

    private static final Logger log = LoggerFactory.getLogger(ChannelAcknowledgements.class);

    private final Channel channel;
    /** Delivery tags, with the times of the messages. */
    private final TreeMap<Long, Long> unfinished = new TreeMap<>();

    ChannelAcknowledgements(Channel channel) {
        this.channel = channel;
    }

    /**
     * @param sentAt when the message was published, in milliseconds since the epoch
     */
    synchronized void add(long deliveryTag, long sentAt) {
        unfinished.put(deliveryTag, sentAt);
    }

    /** When the oldest unacknowledged message was published; {@code now} if there is none. */
    synchronized long oldest(long now) {
        return unfinished.values().stream().mapToLong(Long::longValue).reduce(now, Math::min);
    }

    /** Whether messages can still be acknowledged. If not, the broker redelivers them. */
    boolean isChannelOpen() {
        return channel.isOpen();
    }

    /** Acknowledges finished deliveries. Does nothing if the channel is closed: their redelivery changes nothing. */
    synchronized void acknowledge(Collection<Long> finished) {
        finished.forEach(unfinished::remove);
        long oldest = unfinished.isEmpty() ? Long.MAX_VALUE : unfinished.firstKey();
        long last = 0;
        try {
            for (long deliveryTag : finished) {
                if (deliveryTag < oldest) {
                    last = Math.max(last, deliveryTag);
                } else {
                    channel.basicAck(deliveryTag, false);
                }
            }
            if (last > 0) {
                // All earlier ones are finished.
                channel.basicAck(last, true);
            }
        } catch (IOException | ShutdownSignalException e) {
            log.debug("{} messages were not acknowledged and will be redelivered", finished.size(), e);
        }
    }
}
