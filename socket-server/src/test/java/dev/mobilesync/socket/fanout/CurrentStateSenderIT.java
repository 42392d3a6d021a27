package dev.mobilesync.socket.fanout;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.socket.SharedSocketServers;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerFixture;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.limit.FrameRateLimiter;
import dev.mobilesync.socket.session.ClientFrameHandler;
import dev.mobilesync.socket.session.DisconnectMetrics;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionPrincipal;
import dev.mobilesync.socket.session.SessionWriterFactory;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.Destinations;
import dev.mobilesync.socket.stomp.Heartbeats;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@ServerContract
class CurrentStateSenderIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final ExamineeKey examinee = SocketServerFixture.newExaminee();

    @Test
    void failureOfOneSubscriptionAffectsNoOther() {
        try (StompTestClient browser = server.examinee(examinee)) {
            browser.frame(
                    "SUBSCRIBE",
                    Map.of("id", "1", "destination", StompTopics.examinee(examinee), "receipt", "subscribed"),
                    "");
            browser.awaitReceipt("subscribed");
            Subscription other = server.bean(Hub.class).subscriptions(examinee).get(0);
            server.write(SocketServerFixture.completed(examinee, 1));

            assertThat(server.bean(CurrentStateSender.class).sendAll(List.of(failing(), other)))
                    .isTrue();
            assertThat(browser.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    /** A subscription of a session that is too slow, and that fails when it is disconnected. */
    private Subscription failing() {
        EmbeddedChannel channel = new EmbeddedChannel();
        StompSession session = new StompSession(
                server.bean(SessionWriterFactory.class).create(channel),
                server.bean(ClientFrameHandler.class),
                server.bean(Hub.class),
                server.bean(SocketExecutors.class),
                server.bean(SocketServerProperties.class),
                server.bean(DisconnectMetrics.class));
        session.onAuthenticated(
                new SessionPrincipal(
                        new AuthenticatedCaller.Examinee(examinee, null),
                        Instant.MAX,
                        Heartbeats.negotiate(new long[] {0, 0}, Duration.ofSeconds(10)),
                        FrameRateLimiter.forSends(1),
                        () -> {
                            throw new IllegalStateException("cannot be released");
                        }),
                new byte[] {1});
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        String topic = StompTopics.examinee(examinee);
        return new Subscription(session, "1", topic, requireNonNull(Destinations.parseTopic(topic)), null);
    }
}
