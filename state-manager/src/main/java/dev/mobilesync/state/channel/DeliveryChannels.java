package dev.mobilesync.state.channel;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.ChannelProxy;

/** The channels that messages must be acknowledged on. */
public final class DeliveryChannels {

    private DeliveryChannels() {}

    /**
     * Returns the channel that delivered a message to a listener. Spring passes a proxy, which opens another channel after a lost
     * connection: there, the same delivery tag is another message.
     *
     * @return {@code null} if it is closed: the message will be redelivered
     */
    public static @Nullable Channel of(Channel channel) {
        return channel instanceof ChannelProxy proxy ? proxy.getTargetChannel() : channel;
    }
}
