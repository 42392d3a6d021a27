package dev.mobilesync.socket.request;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.MobileSyncNotice;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Publishes what changes no state to the {@code broadcast} exchange: signals between an examinee's browser and phone, and notices of
 * proctors. Sends the requested receipt when the broker has confirmed. Neither is retried: the sender receives an ERROR frame and may
 * repeat it. The sender of a signal without a receipt is not notified.
 */
@Component
final class SignalAndNoticePublisher implements DisposableBean {

    private final SerialPublishers serialPublishers;

    SignalAndNoticePublisher(ConfirmedPublisher publisher, MeterRegistry meters) {
        serialPublishers = new SerialPublishers("broadcast-exchange", publisher, meters);
    }

    void publishSignal(StompSession session, Broadcast signal, @Nullable String receipt) {
        OutboundMessage message =
                OutboundMessage.broadcast(signal, UUID.randomUUID().toString());
        try {
            serialPublishers.publish(signal.examinee(), message, confirmed -> {
                if (confirmed) {
                    session.sendReceipt(receipt);
                } else if (receipt != null) {
                    session.disconnect(DisconnectReason.STATUS_PUBLISH_FAILED, receipt);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
    }

    /**
     * @param by the proctor, for the audit log
     */
    void publishNotice(StompSession session, MobileSyncNotice notice, String by, @Nullable String receipt) {
        String messageId = AmqpNames.messageId(
                notice.planId(),
                notice.examineeId(),
                "notice",
                by,
                notice.timestamp().toString());
        try {
            serialPublishers.publish(notice.examinee(), OutboundMessage.broadcast(notice, messageId), confirmed -> {
                audit(notice, by, confirmed ? "confirmed" : "unconfirmed");
                if (confirmed) {
                    session.sendReceipt(receipt);
                } else {
                    session.disconnect(DisconnectReason.STATUS_PUBLISH_FAILED, receipt);
                }
            });
        } catch (RejectedExecutionException e) {
            audit(notice, by, "rejected");
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
    }

    /** Writes the length of the text only, because it may be personal data. */
    private static void audit(MobileSyncNotice notice, String by, String result) {
        AuditEvent.of("notice")
                .with("role", "proctor")
                .with("who", by)
                .with("plan", notice.planId())
                .with("examinee", notice.examineeId())
                .with("textLength", notice.text().length())
                .with("result", result)
                .write();
    }

    @Override
    public void destroy() {
        serialPublishers.shutdown();
    }
}
