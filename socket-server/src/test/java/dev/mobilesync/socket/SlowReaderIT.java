package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.testsupport.PauseFreeClock;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Browsers that do not read are disconnected without an effect on others. */
@ServerContract
class SlowReaderIT {

    private static final int STALLED = 100;
    private static final int MAX_BACKLOG = 200;
    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final SocketServerFixture server = SharedSocketServers.withLowLimits();

    @Test
    void disconnectsBrowserThatNeverReads() throws Exception {
        double before = server.disconnects(DisconnectReason.SLOW);
        double dropped = server.droppedFrames();
        List<Socket> stalled = new ArrayList<>();
        try (StompTestClient proctor = server.proctor("P001");
                StompTestClient examinee = server.examinee(EXAMINEE)) {
            for (int i = 0; i < STALLED; i++) {
                stalled.add(stalledProctor());
            }
            proctor.subscribe(StompTopics.plan("P001"));
            examinee.subscribe(StompTopics.examinee(EXAMINEE));
            await().until(() -> server.subscriptions() == STALLED + 2);

            byte[] body = failure(40_000);
            Duration slowest = Duration.ZERO;
            int sent = 0;
            while (server.disconnects(DisconnectReason.SLOW) - before < STALLED) {
                assertThat(++sent)
                        .as("messages until all stalled browsers are disconnected")
                        .isLessThan(MAX_BACKLOG);
                long start = PauseFreeClock.nanoTime();
                server.broadcast(body, null);
                examinee.await("mobile_sync_failed");
                proctor.await("mobile_sync_failed");
                Duration took = PauseFreeClock.since(start);
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
            System.out.printf(
                    "%d stalled browsers disconnected after %d messages; slowest to others: %d ms%n",
                    STALLED, sent, slowest.toMillis());
            assertThat(slowest).isLessThan(Duration.ofSeconds(1));
            await().until(() -> server.sessions() == 2);
            await().until(() -> server.droppedFrames() - dropped >= STALLED);
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    @Test
    void disconnectsAfterSendTimeout() throws Exception {
        double before = server.disconnects(DisconnectReason.SLOW);
        byte[] body = failure(60_000);
        try (Socket socket = stalledProctor()) {
            await().until(() -> server.subscriptions() == 1);
            // More than the kernel buffers, but less than the send buffer holds.
            for (int i = 0; i < 4; i++) {
                server.broadcast(body, null);
            }
            await().until(() -> server.disconnects(DisconnectReason.SLOW) > before);
            await().until(() -> server.sessions() == 0);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    /** A broadcast with a text of this length. */
    private static byte[] failure(int length) {
        return MessageCodec.encode(new MobileSyncFailed(
                "P001",
                "E001",
                null,
                Status.FAILED,
                Instant.EPOCH,
                SyncError.of(ErrorCode.STATE_CHANGE_FAILED, "x".repeat(length))));
    }

    /** A raw WebSocket that subscribes to the plan and never reads. */
    private Socket stalledProctor() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2048);
        server.handshake(socket, "Connection: Upgrade", "Sec-WebSocket-Version: 13");
        readHead(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(text(
                "CONNECT\naccept-version:1.2\nAuthorization:Bearer " + TestTokens.proctor("slow", "P001") + "\n\n\0"));
        out.write(text("SUBSCRIBE\nid:1\ndestination:" + StompTopics.plan("P001") + "\n\n\0"));
        out.flush();
        return socket;
    }

    /** Reads the response of the handshake. */
    private static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
    }

    /** A text frame with a zero mask. */
    private static byte[] text(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(0x81);
        out.writeByte(0x80 | Math.min(126, payload.length));
        if (payload.length >= 126) {
            out.writeShort(payload.length);
        }
        out.writeInt(0);
        out.write(payload);
        return bytes.toByteArray();
    }
}
