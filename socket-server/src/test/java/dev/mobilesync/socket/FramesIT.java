package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of frames: binary, fragmented, invalid or large. */
@TestInstance(Lifecycle.PER_CLASS)
@ServerContract
class FramesIT extends ProtocolFixture {

    private static final String WAIT = "/app/plans/P001/examinees/E001/mobile-sync/wait";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\n\n\0",
                "SUBSCRIBE\nno colon\n\n\0",
                "SUBSCRIBE\nid:1\n\n\0",
                "SUBSCRIBE\ndestination:/topic/plans/P001/examinees/E001/mobile-sync\n\n\0",
                "SUBSCRIBE\nid:1\nack:client\ndestination:/topic/plans/P001/examinees/E001/mobile-sync\n\n\0",
                "SEND\n\n\0",
                "SEND\ndestination:/app/x\\q\n\n\0",
                "BEGIN\ntransaction:1\n\n\0",
                "ACK\nid:1\n\n\0",
                "UNSUBSCRIBE\n\n\0",
                "MESSAGE\ndestination:/topic/plans/P001/examinees/E001/mobile-sync\n\n\0",
                "CONNECT\naccept-version:1.2\n\n\0"
            })
    void closesOnInvalidFrame(String frame) {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.raw(frame);
            assertRefused(browser, "INVALID_REQUEST", false, 1002);
        }
    }

    @Test
    void closesOnLargeFrame() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.raw("SEND\ndestination:" + "x".repeat(20_000) + "\n\n\0");
            assertRefused(browser, "INVALID_REQUEST", false, 1009);
        }
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.raw("SEND\ndestination:/app/x\ncontent-length:1000000\n\nx");
            assertRefused(browser, "INVALID_REQUEST", false, 1009);
        }
    }

    /** Clients send these with {@code forceBinaryWSFrames}, because React Native truncates text at a NUL. */
    @Test
    void acceptsBinaryFrames() {
        try (StompTestClient phone = server.open()) {
            phone.binary(connect().getBytes(StandardCharsets.UTF_8));
            assertThat(phone.connected().header("version")).isEqualTo("1.2");
            phone.binary(subscribe("a").getBytes(StandardCharsets.UTF_8));
            phone.awaitReceipt("a");
            phone.binary(("SEND\ndestination:" + WAIT + "\nreceipt:b\n\n" + "가".repeat(4_000) + "\0")
                    .getBytes(StandardCharsets.UTF_8));
            phone.awaitReceipt("b");
            phone.binary(new byte[] {'\n'});
            server.broadcast(SocketServerFixture.completed(EXAMINEE, System.nanoTime()));
            assertThat(phone.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    @Test
    void rejectsInvalidBinaryMessages() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.binary("nonsense\n\n\0".getBytes(StandardCharsets.UTF_8));
            assertRefused(browser, "INVALID_REQUEST", false, 1002);
        }
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.binary(new byte[17 * 1024]);
            assertThat(browser.awaitClose().code()).isIn(1002, 1009);
        }
    }

    /** React Native sends these. */
    @Test
    void acceptsTextFrameWithoutNul() {
        try (StompTestClient phone = server.open()) {
            phone.raw(withoutNul(connect()));
            assertThat(phone.connected().header("version")).isEqualTo("1.2");
            phone.raw(withoutNul(subscribe("a")));
            phone.awaitReceipt("a");
            phone.raw("SEND\ndestination:" + WAIT + "\nreceipt:b\n\n");
            phone.awaitReceipt("b");
            phone.raw("SEND\ndestination:" + WAIT + "\nreceipt:c\ncontent-length:3\n\n{}\n");
            phone.awaitReceipt("c");
            phone.raw("SEND\ndestination:" + WAIT + "\nreceipt:d\n\n{\"a\":1}");
            phone.awaitReceipt("d");
            phone.raw("\0");
            phone.raw("\n");
            phone.raw("DISCONNECT\nreceipt:e\n\n");
            phone.awaitReceipt("e");
        }
    }

    @Test
    void waitsForAnnouncedLength() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.raw("SEND\ndestination:" + WAIT + "\nreceipt:a\ncontent-length:4\n\n{}");
            browser.raw("  ");
            browser.awaitReceipt("a");
            browser.raw("\0SEND\ndestination:" + WAIT + "\nreceipt:b\ncontent-length:4\n\n{}");
            browser.raw("\n\n\0");
            browser.awaitReceipt("b");
        }
    }

    private static String withoutNul(String frame) {
        return frame.substring(0, frame.length() - 1);
    }

    @Test
    void readsFragmentsAndBatches() {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            browser.raw("SUBSCRIBE\nid:1\nreceipt:a\ndesti");
            browser.raw("nation:" + StompTopics.examinee(EXAMINEE) + "\n\n\0\n\nUNSUBSCRIBE\nid:1\nreceipt:b\n\n\0");
            browser.awaitReceipt("a");
            browser.awaitReceipt("b");
            browser.raw("SEND\ndestination:/app/plans/P001/examinees/E001/mobile-sync/wait\nreceipt:c\n\n"
                    + "가".repeat(5_000) + "\0");
            browser.awaitReceipt("c");
        }
    }
}
