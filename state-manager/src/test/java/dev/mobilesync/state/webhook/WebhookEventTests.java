package dev.mobilesync.state.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncNotice;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.api.ApiDocuments;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import tools.jackson.databind.JsonNode;

class WebhookEventTests {

    private static final Instant NINE = Instant.parse("2024-01-01T09:00:00Z");
    private static final SyncRecord.Builder RECORD = SyncRecord.builder(new ExamineeKey("P001", "E001"))
            .device("M001")
            .deadline(NINE.plusSeconds(300))
            .error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "no picture in time"))
            .revision(7);

    @ParameterizedTest
    @EnumSource(Status.class)
    void payloadIsAsDocumented(Status status) {
        SyncRecord record = RECORD.status(status, "m1", NINE).build();
        WebhookEvent event = decode(OutboundMessage.broadcast(record));

        JsonNode payload = MessageCodec.mapper().readTree(requireNonNull(event.payload()));
        assertThat(ApiDocuments.exact().errors("schemas/webhook.json", payload)).isEmpty();
        assertThat(payload.path("type").asString())
                .isEqualTo("mobile_sync_" + status.name().toLowerCase(Locale.ROOT));
        assertThat(payload.path("revision").asLong()).isEqualTo(7);
        assertThat(event.id()).isEqualTo(record.broadcastId());
        assertThat(event.examinee()).isEqualTo("P001:E001");
        assertThat(event.planId()).isEqualTo("P001");
    }

    @Test
    void payloadIsGoldenMessageWithTimeAndRevision() {
        WebhookEvent event = decode(OutboundMessage.broadcast(
                RECORD.status(Status.COMPLETED, "m1", NINE).build()));

        JsonNode golden = GoldenFiles.json("mobile_sync_completed.json");
        assertThat(event.payload())
                .isEqualTo("{\"type\":\"mobile_sync_completed\",\"timestamp\":\"2024-01-01T09:00:00Z\",\"revision\":7,"
                        + "\"data\":" + golden.get("data") + "}");
    }

    @Test
    void messageWithoutRevisionIsNoStateChange() {
        assertThat(WebhookEvent.decode(message(
                        OutboundMessage.broadcast(new MobileSyncNotice("P001", "E001", "Please wait.", NINE), "m1"))))
                .isNull();
    }

    @Test
    void invalidMessageHasReasonButNoPayload() {
        Message message = new Message("{\"type\":".getBytes(UTF_8));
        message.getMessageProperties().setHeader(AmqpNames.REVISION, 7L);

        WebhookEvent event = requireNonNull(WebhookEvent.decode(message));

        assertThat(event.payload()).isNull();
        assertThat(event.invalid()).contains("JSON");
    }

    @Test
    void replacesUnusableMessageId() {
        Message message = message(OutboundMessage.broadcast(
                RECORD.status(Status.COMPLETED, "m1", NINE).build()));
        message.getMessageProperties().setMessageId("a.1700000000.forged");

        WebhookEvent event = requireNonNull(WebhookEvent.decode(message));

        assertThat(event.id()).matches("[0-9a-f-]{36}");
        assertThat(requireNonNull(WebhookEvent.decode(message)).id()).isEqualTo(event.id());
    }

    private static WebhookEvent decode(OutboundMessage broadcast) {
        return requireNonNull(WebhookEvent.decode(message(broadcast)));
    }

    private static Message message(OutboundMessage broadcast) {
        return new Message(
                broadcast.body(),
                new DefaultMessagePropertiesConverter()
                        .toMessageProperties(broadcast.properties(), null, UTF_8.name()));
    }
}
