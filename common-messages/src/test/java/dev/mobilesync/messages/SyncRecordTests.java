package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SyncRecordTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant NINE = Instant.parse("2024-01-01T09:00:00Z");

    @Test
    void readsDocumentedFields() {
        SyncRecord record = requireNonNull(SyncRecord.fromHash(EXAMINEE, documentedHash()));
        assertThat(record.status()).isEqualTo(Status.COMPLETED);
        assertThat(record.deviceInfo()).isEqualTo(new DeviceInfo("iPhone 12", "iOS 15.0"));
        assertThat(record.revision()).isZero();
        assertThat(record.messageId()).isEmpty();
    }

    @Test
    void writesDocumentedFields() {
        SyncRecord record = SyncRecord.builder(EXAMINEE)
                .status(Status.COMPLETED, "m1", NINE)
                .device("M001")
                .capture(
                        new CaptureInfo("/captures/E001/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), null),
                        NINE)
                .revision(3)
                .build();
        Map<String, String> expected = new HashMap<>(documentedHash());
        expected.put("messageId", "m1");
        expected.put("imageTimestamp", NINE.toString());
        expected.put("revision", "3");
        assertThat(record.toHash()).isEqualTo(expected);
    }

    @Test
    void keepsNewestOrder() {
        SyncRecord record = SyncRecord.builder(EXAMINEE)
                .status(Status.WAITING, "m1", NINE)
                .ordered(order("second", NINE.plusSeconds(2)))
                .ordered(order("first", NINE.plusSeconds(1)))
                .build();
        assertThat(record.lastOrder())
                .isEqualTo(new LastOrder(
                        MobileSyncOrder.Order.RETAKE,
                        "second",
                        "too \"dark\"",
                        NINE.plusSeconds(2),
                        MobileSyncOrder.Role.PROCTOR));
    }

    private static MobileSyncOrder order(String by, Instant timestamp) {
        return new MobileSyncOrder(
                "P001",
                "E001",
                MobileSyncOrder.Order.RETAKE,
                "too \"dark\"",
                by,
                timestamp,
                null,
                MobileSyncOrder.Role.PROCTOR);
    }

    @Test
    void fieldsSurviveRoundTrip() {
        SyncRecord record = SyncRecord.builder(EXAMINEE)
                .status(Status.FAILED, "m1", NINE)
                .device("M001")
                .capture(new CaptureInfo("/captures/E001/sync_cap.jpg", new DeviceInfo(null, "iOS 15.0"), "v7"), NINE)
                .deadline(NINE.plusMillis(1))
                .error(SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "unavailable"))
                .retake("too dark", NINE.minusSeconds(1))
                .reset(NINE.minusMillis(2))
                .name("Kim Jiwoo")
                .accepted("proctor-7", "seen in person")
                .ordered(order("proctor-7", NINE))
                .revision(Long.MAX_VALUE)
                .build();
        assertThat(record.toHash()).hasSize(20);
        assertThat(SyncRecord.fromHash(EXAMINEE, record.toHash())).isEqualTo(record);
        assertThat(record.toBuilder().build()).isEqualTo(record);
    }

    @Test
    void readsOrderOfOlderRelease() {
        Map<String, String> hash = documentedHash();
        hash.put(
                "lastOrder",
                "{\"order\":\"ACCEPT\",\"by\":\"kim\",\"reason\":\"seen\",\"timestamp\":\"2024-01-01T09:00:00Z\"}");
        assertThat(requireNonNull(SyncRecord.fromHash(EXAMINEE, hash)).lastOrder())
                .isEqualTo(new LastOrder(MobileSyncOrder.Order.ACCEPT, "kim", "seen", NINE, null));
    }

    @Test
    void readsNoRecordFromEmptyHash() {
        assertThat(SyncRecord.fromHash(EXAMINEE, Map.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "status, ARCHIVED",
        "status,",
        "status, WAITING",
        "status, FAILED",
        "timestamp, nine",
        "timestamp,",
        "revision, x",
        "deadline, soon",
        "deviceInfo, {",
        "lastOrder, []",
        "errorCode, NEW_CODE"
    })
    void rejectsRecordThatCannotBeRead(String field, String value) {
        Map<String, String> hash = documentedHash();
        if (value == null) {
            hash.remove(field);
        } else {
            hash.put(field, value);
        }
        assertThatThrownBy(() -> SyncRecord.fromHash(EXAMINEE, hash))
                .isInstanceOf(UnreadableRecordException.class)
                .message()
                .matches(message -> value == null || message.contains(field) || field.equals("status"));
    }

    @ParameterizedTest
    @CsvSource({
        "WAITING, 2024-01-01T08:55:00Z, mobile_sync_waiting",
        "PAIRED, 2024-01-01T08:58:00Z, mobile_sync_paired",
        "COMPLETED, 2024-01-01T09:00:00Z, mobile_sync_completed",
        "FAILED, 2024-01-01T08:59:00Z, mobile_sync_failed",
        "TIMEOUT, 2024-01-01T09:00:00Z, mobile_sync_timeout",
    })
    void broadcastMatchesGoldenMessage(Status status, Instant timestamp, String golden) {
        SyncRecord.Builder builder =
                SyncRecord.builder(EXAMINEE).status(status, "m1", timestamp).revision(1);
        switch (status) {
            case WAITING -> builder.deadline(NINE);
            case PAIRED -> builder.deadline(NINE).device("M001");
            case COMPLETED -> builder.device("M001");
            case FAILED ->
                builder.device("M001").error(SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "the store is unavailable"));
            case TIMEOUT -> builder.error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "no picture came before the deadline"));
        }
        assertThat(MessageCodecTests.json(MessageCodec.encode(builder.build().broadcast())))
                .isEqualTo(MessageCodecTests.json(MessageCodecTests.golden(golden)));
    }

    @Test
    void broadcastHasDeadlineAndRetakeReason() {
        SyncRecord.Builder builder = SyncRecord.builder(EXAMINEE)
                .device("M001")
                .deadline(NINE)
                .retake("too dark", NINE.minusSeconds(60))
                .revision(1);
        assertThat(builder.status(Status.PAIRED, "m1", NINE).build().broadcast())
                .isEqualTo(new MobileSyncPaired("P001", "E001", "M001", Status.PAIRED, NINE, NINE, "too dark"));
        SyncError error = SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "the store is unavailable");
        assertThat(builder.status(Status.FAILED, "m2", NINE)
                        .error(error)
                        .build()
                        .broadcast())
                .isEqualTo(new MobileSyncFailed("P001", "E001", "M001", Status.FAILED, NINE, error, NINE, "too dark"));
    }

    @Test
    void broadcastIdIsUniquePerRevision() {
        SyncRecord record = SyncRecord.builder(EXAMINEE)
                .status(Status.COMPLETED, "m1", NINE)
                .revision(1)
                .build();
        assertThat(record.broadcastId())
                .isEqualTo(record.toBuilder().build().broadcastId())
                .isNotEqualTo(record.toBuilder().revision(2).build().broadcastId());
    }

    /** Returns the record of the documented example as a hash, with nested objects as JSON strings. */
    private static Map<String, String> documentedHash() {
        Map<String, String> hash = new LinkedHashMap<>();
        JsonNode record = MessageCodecTests.json(MessageCodecTests.golden("redis_record"));
        record.propertyNames().forEach(name -> {
            JsonNode value = record.get(name);
            hash.put(name, value.isString() ? value.asString() : value.toString());
        });
        return hash;
    }
}
