package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestTokens;

/** A shared socket-server with low limits, and assertions on its responses. */
abstract class ProtocolFixture {

    static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    final SocketServerFixture server = SharedSocketServers.withLowLimits();

    static String connect() {
        return "CONNECT\naccept-version:1.2\nhost:localhost\nAuthorization:Bearer "
                + TestTokens.examinee(EXAMINEE.planId(), EXAMINEE.examineeId()) + "\n\n\0";
    }

    static String subscribe(String receipt) {
        return "SUBSCRIBE\nid:1\nreceipt:" + receipt + "\ndestination:" + StompTopics.examinee(EXAMINEE) + "\n\n\0";
    }

    static Frame assertRefused(StompTestClient browser, String code, boolean retryable, int closeCode) {
        Frame error = browser.awaitError();
        assertThat(error.json().path("code").asString()).isEqualTo(code);
        assertThat(error.json().path("retryable").asBoolean()).isEqualTo(retryable);
        assertThat(error.header("message"))
                .isEqualTo(error.json().path("message").asString());
        assertThat(browser.awaitClose().code()).isEqualTo(closeCode);
        return error;
    }
}
