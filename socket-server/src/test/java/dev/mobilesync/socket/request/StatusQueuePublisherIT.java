package dev.mobilesync.socket.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.socket.SharedSocketServers;
import dev.mobilesync.socket.SocketServerFixture;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

@ServerContract
class StatusQueuePublisherIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final ExamineeKey examinee = SocketServerFixture.newExaminee();
    private final String destination =
            "/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait";

    @Test
    void notifiesOfEntryThatMeetsFullExecutor() {
        SerialPublishers.SerialPublisher serialPublisher =
                server.bean(StatusQueuePublisher.class).publisherOf(examinee);
        CountDownLatch full = new CountDownLatch(1);
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient unsubscribed = server.examinee(examinee)) {
            serialPublisher.execute(() -> await(full));
            assertThatThrownBy(() -> {
                        while (true) {
                            serialPublisher.execute(() -> {});
                        }
                    })
                    .isInstanceOf(RejectedExecutionException.class);

            String receipt = browser.send(destination, "");
            assertThat(browser.await("mobile_sync_failed")
                            .data()
                            .at("/error/code")
                            .asString())
                    .isEqualTo("STATUS_PUBLISH_FAILED");
            unsubscribed.send(destination, "");
            assertThat(unsubscribed.awaitError().json().path("code").asString()).isEqualTo("STATUS_PUBLISH_FAILED");

            full.countDown();
            browser.awaitReceipt(receipt);
            assertThat(browser.pending()).as("notified once").isEmpty();
        } finally {
            full.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
