package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.publishing.PublishedTypes;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.device.PhoneConnections;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import java.util.EnumSet;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This instance's consumer of broadcasts. */
@Configuration(proxyBeanMethods = false)
class BroadcastConfiguration {

    @Bean
    PublishedTypes publishedTypes() {
        return new PublishedTypes(EnumSet.of(
                MessageType.MOBILE_SYNC_WAIT,
                MessageType.MOBILE_SYNC_ORDER,
                MessageType.MOBILE_SYNC_SHUTTER,
                MessageType.MOBILE_SYNC_PREVIEW,
                MessageType.MOBILE_SYNC_NOTICE));
    }

    @Bean
    BroadcastListener broadcasts(
            ConnectionFactory connections,
            SocketServerProperties properties,
            Hub hub,
            CurrentStateSender currentStates,
            SessionRegistry sessions,
            PhoneConnections phones,
            BroadcastMetrics metrics,
            TraceSpans spans,
            SocketExecutors executors) {
        return new BroadcastListener(
                connections, properties, hub, currentStates, sessions, phones, metrics, spans, executors);
    }
}
