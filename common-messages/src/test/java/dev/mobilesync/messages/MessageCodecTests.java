package dev.mobilesync.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class MessageCodecTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final DeviceInfo PHONE = new DeviceInfo("iPhone 12", "iOS 15.0");

    /** The tests of producers and consumers use the same golden files. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mobile_capture",
                "mobile_sync_wait",
                "mobile_sync_wait_name",
                "mobile_sync_status",
                "mobile_sync_status_failed",
                "mobile_sync_status_paired",
                "mobile_sync_order_retake",
                "mobile_sync_order_extend",
                "mobile_sync_order_accept",
                "mobile_sync_order_reset",
                "mobile_sync_waiting",
                "mobile_sync_waiting_reset",
                "mobile_sync_waiting_name",
                "mobile_sync_paired",
                "mobile_sync_completed",
                "mobile_sync_failed",
                "mobile_sync_timeout",
                "mobile_sync_shutter",
                "mobile_sync_shutter_open",
                "mobile_sync_preview",
                "mobile_sync_notice",
            })
    void goldenMessageSurvivesRoundTrip(String name) throws Exception {
        byte[] golden = golden(name);
        Message message = MessageCodec.decode(golden, Message.class);
        assertThat(name).startsWith(message.type().wireName());
        // Compares the text, so that the order of the fields counts.
        assertThat(new String(MessageCodec.encode(message), UTF_8))
                .isEqualTo(json(golden).toString());
    }

    @Test
    void decodesDocumentedStatusMessage() throws Exception {
        MobileSyncStatus made = MobileSyncStatus.completed(
                EXAMINEE,
                "M001",
                Instant.parse("2024-01-01T09:00:00Z"),
                new CaptureInfo("/captures/E001/sync_cap.jpg", PHONE, null));
        assertThat(MessageCodec.decode(golden("mobile_sync_status"), StatusQueueMessage.class))
                .isEqualTo(made);
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        ObjectNode message = (ObjectNode) json(golden("mobile_sync_status"));
        message.put("extra", 1);
        ObjectNode data = (ObjectNode) message.get("data");
        data.put("extra", true);
        ((ObjectNode) data.get("captureInfo")).putObject("extra");
        assertThat(MessageCodec.decode(message.toString().getBytes(UTF_8), MobileSyncStatus.class))
                .isEqualTo(MessageCodec.decode(golden("mobile_sync_status"), MobileSyncStatus.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "42",
                "[]",
                "{}",
                "{\"type\":\"mobile_sync_wait\"}",
                "{\"type\":\"mobile_sync_wait\",\"data\":null}",
                "{\"type\":\"mobile_sync_wait\",\"data\":[]}",
                "{\"type\":1,\"data\":{}}",
                "{\"type\":\"Mobile_Sync_Wait\",\"data\":{}}",
                "{\"type\":\"java.lang.Runtime\",\"data\":{}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":{}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P1\",\"examineeId\":\"E1\"}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":7,\"examineeId\":\"E1\","
                        + "\"timestamp\":\"2024-01-01T09:00:00Z\"}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P1\",\"examineeId\":\"E1\","
                        + "\"timestamp\":\"yesterday\"}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P1\",\"examineeId\":\"E1\","
                        + "\"timestamp\":\"2024-01-01T09:00:00Z\"}} trailing",
            })
    void rejectsMalformedMessage(String body) {
        assertThatThrownBy(() -> MessageCodec.decode(body.getBytes(UTF_8), StatusQueueMessage.class))
                .isInstanceOf(InvalidMessageException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "planId, ../P001",
        "planId, ''",
        "examineeId, E:1",
        "examineeId, E*",
        "deviceId, -M",
        "deviceId, a b",
        "status, WAITING",
        "status, FAILED",
        "status, DONE",
        "timestamp, tomorrow",
        "timestamp, +1000000000-12-31T23:59:59.999999999Z",
        "timestamp, 1969-12-31T23:59:59Z",
        "timestamp, 2024-01-01",
    })
    void rejectsInvalidFieldWithoutRepeatingIt(String field, String value) {
        ObjectNode message = (ObjectNode) json(golden("mobile_sync_status"));
        ((ObjectNode) message.get("data")).put(field, value);
        assertThatThrownBy(() -> MessageCodec.decode(message.toString().getBytes(UTF_8), StatusQueueMessage.class))
                .isInstanceOf(InvalidMessageException.class)
                .satisfies(e -> {
                    if (!value.isEmpty() && !value.equals("FAILED")) {
                        assertThat(requireNonNull(e.getMessage()).replace(Identifiers.PATTERN, ""))
                                .doesNotContain(value);
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"planId, 7", "planId, true", "deviceId, 1.5", "status, 2", "timestamp, 1704099600", "timestamp, 1.5"})
    void rejectsNonStringValues(String field, String value) {
        ObjectNode message = (ObjectNode) json(golden("mobile_sync_status"));
        ((ObjectNode) message.get("data")).set(field, MessageCodec.mapper().readTree(value));
        assertThatThrownBy(() -> MessageCodec.decode(message.toString().getBytes(UTF_8), StatusQueueMessage.class))
                .isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void rejectsUnexpectedType() {
        assertThatThrownBy(() -> MessageCodec.decode(golden("mobile_sync_completed"), StatusQueueMessage.class))
                .hasMessage("mobile_sync_completed is not expected here");
    }

    @Test
    void rejectsDeepAndLongBodies() {
        assertThatThrownBy(() -> MessageCodec.decode("[".repeat(60_000).getBytes(UTF_8), StatusQueueMessage.class))
                .isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> MessageCodec.decode(new byte[MessageCodec.MAX_LENGTH + 1], StatusQueueMessage.class))
                .hasMessage("longer than 65536 bytes");
    }

    @Test
    void rejectsInvalidOrder() {
        Instant now = Instant.parse("2024-01-01T09:00:00Z");
        assertThatThrownBy(() -> new MobileSyncOrder(
                        "P1", "E1", MobileSyncOrder.Order.EXTEND, "why", "me", now, null, MobileSyncOrder.Role.PROCTOR))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> new MobileSyncOrder(
                        "P1", "E1", MobileSyncOrder.Order.ACCEPT, "why", "me", now, now, MobileSyncOrder.Role.PROCTOR))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> new MobileSyncOrder(
                        "P1", "E1", MobileSyncOrder.Order.RETAKE, " ", "me", now, null, MobileSyncOrder.Role.PROCTOR))
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> new MobileSyncOrder(
                        "P1",
                        "E1",
                        MobileSyncOrder.Order.RETAKE,
                        "x".repeat(501),
                        "me",
                        now,
                        null,
                        MobileSyncOrder.Role.PROCTOR))
                .hasMessageContaining("reason");
    }

    static byte[] golden(String name) {
        String path = "/golden/" + name + ".json";
        try (InputStream in = requireNonNull(MessageCodecTests.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(byte[] text) {
        return MessageCodec.mapper().readTree(text);
    }
}
