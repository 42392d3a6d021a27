package dev.mobilesync.socket;

import static dev.mobilesync.socket.SocketServerFixture.completed;
import static dev.mobilesync.socket.SocketServerFixture.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue of a slow instance is full and drops the oldest broadcasts. */
@NeedsRealServers
class DroppedBroadcastDebouncerIT {

    private static final ExamineeKey EXAMINEE = SocketServerFixture.newExaminee();

    private final SocketServerFixture server = SharedSocketServers.behindProxies();
    private final SocketServerFixture other = SharedSocketServers.withDefaults();
    private final NetworkProxy broker = SharedSocketServers.proxies().broker();
    private final String queue = server.queue();

    @AfterEach
    void restore() {
        broker.reset();
        RealServers.shared().unlimitQueue(queue);
    }

    @Test
    void resendsStateAfterDroppedBroadcast() {
        try (StompTestClient browser = server.subscribedExaminee(EXAMINEE);
                StompTestClient proctor = server.subscribedProctor("P001")) {
            Counter drops = server.bean(MeterRegistry.class)
                    .get("mobile.sync.broadcast.drops")
                    .counter();
            double before = drops.count();
            server.change(waiting(EXAMINEE, 1));
            browser.await("mobile_sync_waiting");
            RealServers.shared().limitQueue(queue, 10);
            broker.freeze();
            byte[] others = new byte[0];
            for (int i = 0; i < 700; i++) {
                other.broadcast(others, null);
            }
            // The record is written, and its broadcast is dropped.
            other.change(completed(EXAMINEE, 2));
            for (int i = 0; i < 100; i++) {
                other.broadcast(others, null);
            }
            broker.unfreeze();

            assertThat(browser.await("mobile_sync_completed").header("revision"))
                    .isEqualTo("2");
            assertThat(proctor.awaitClose().reason()).startsWith("BROADCASTS_MISSED");
            assertThat(browser.isOpen()).isTrue();
            assertThat(drops.count()).isGreaterThan(before);
        }
    }
}
