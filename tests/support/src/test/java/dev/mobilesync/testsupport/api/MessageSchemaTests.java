package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.Message;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares the JSON Schemas of the messages with the golden files and with {@link MessageCodec}. */
class MessageSchemaTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final Instant NINE = Instant.parse("2024-01-01T09:00:00.120Z");

    static List<String> goldenMessages() throws IOException {
        try (Stream<Path> files = Files.list(Repository.file("tests/support/src/main/resources/golden"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("mobile_"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenMessages")
    void goldenMessageIsValid(String name) {
        JsonNode message = GoldenFiles.json(name);

        assertThat(ApiDocuments.exact().errors(schemaOf(message), message)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(MessageType.class)
    void eachTypeHasSchemaAndGoldenFile(MessageType type) throws IOException {
        JsonNode schema = ApiDocuments.tolerant().read("schemas/" + type.wireName() + ".json");

        assertThat(schema.at("/properties/type/const").asString()).isEqualTo(type.wireName());
        assertThat(goldenMessages()).anyMatch(name -> name.startsWith(type.wireName()));
    }

    /** With every optional field. */
    static List<? extends Message> encodedMessages() {
        SyncRecord.Builder record = SyncRecord.builder(EXAMINEE)
                .device("M001")
                .deadline(NINE)
                .retake("too dark", NINE)
                .reset(NINE)
                .name("Kim Jiwoo")
                .error(SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "the store is unavailable"))
                .revision(1);
        return Stream.concat(
                        Arrays.stream(Status.values())
                                .map(status -> record.status(status, "m1", NINE).build())
                                .map(SyncRecord::broadcast),
                        Stream.of(MobileSyncStatus.failed(
                                EXAMINEE, null, NINE, SyncError.of(ErrorCode.CAPTURE_TRANSFER_FAILED, "cut off"))))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("encodedMessages")
    void encodedMessageIsValid(Message encoded) {
        JsonNode message = MessageCodec.mapper().readTree(MessageCodec.encode(encoded));

        assertThat(ApiDocuments.exact().errors(schemaOf(message), message)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("goldenMessages")
    void acceptsUnknownFieldsOfOthersOnly(String name) throws Exception {
        ObjectNode message = (ObjectNode) GoldenFiles.json(name);
        data(message).put("extra", true);

        assertThat(ApiDocuments.tolerant().errors(schemaOf(message), message)).isEmpty();
        assertThat(accepts(message)).isTrue();
        assertThat(ApiDocuments.exact().errors(schemaOf(message), message))
                .singleElement()
                .asString()
                .contains("extra");
    }

    @ParameterizedTest
    @MethodSource("goldenMessages")
    void missingFieldIsRejectedByBothOrNeither(String name) {
        JsonNode golden = GoldenFiles.json(name);
        for (String field : golden.path("data").propertyNames()) {
            ObjectNode message = (ObjectNode) GoldenFiles.json(name);
            data(message).remove(field);

            assertSameResult(message, name + " without " + field);
        }
    }

    @ParameterizedTest
    @MethodSource("goldenMessages")
    void fieldOfWrongKindIsRejectedByBoth(String name) {
        JsonNode golden = GoldenFiles.json(name);
        for (String field : golden.path("data").propertyNames()) {
            for (String value : List.of("7.5", "[]", "{\"a\":{\"b\":1}}", "[1]")) {
                ObjectNode message = (ObjectNode) GoldenFiles.json(name);
                data(message).set(field, MessageCodec.mapper().readTree(value));
                if (!field.equals("deviceInfo") || !value.startsWith("{")) {
                    assertSameResult(message, name + " with " + field + ": " + value);
                    assertThat(accepts(message)).as(field + ": " + value).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mobile_capture | deviceId | \"../M001\"",
                "mobile_capture | deviceId | \"\"",
                "mobile_capture | deviceId | \"M001\\n\"",
                "mobile_capture | deviceInfo | {\"model\":7}",
                "mobile_sync_wait | planId | \"a b\"",
                "mobile_sync_wait | examineeId | \"-E\"",
                "mobile_sync_wait | examineeId | \"01234567890123456789012345678901234567890123456789012345678901234\"",
                "mobile_sync_wait | timestamp | \"tomorrow\"",
                "mobile_sync_wait | timestamp | \"2024-01-01\"",
                "mobile_sync_wait | timestamp | \"1969-12-31T23:59:59Z\"",
                "mobile_sync_wait | timestamp | \"+10000-01-01T00:00:00Z\"",
                "mobile_sync_wait | timestamp | \"2024-13-01T00:00:00Z\"",
                "mobile_sync_wait | timestamp | \"2024-01-01 09:00:00Z\"",
                "mobile_sync_status | status | \"WAITING\"",
                "mobile_sync_status | status | \"FAILED\"",
                "mobile_sync_status | status | \"PAIRED\"",
                "mobile_sync_status | captureInfo | {}",
                "mobile_sync_status | error | {\"code\":\"NOT_FOUND\",\"message\":\"\",\"retryable\":false}",
                "mobile_sync_status_failed | error | {\"code\":\"UNKNOWN\",\"message\":\"\",\"retryable\":false}",
                "mobile_sync_status_failed | error | {\"code\":\"NOT_FOUND\",\"retryable\":false}",
                "mobile_sync_status_failed | error | {\"message\":\"\",\"retryable\":false}",
                "mobile_sync_status_failed | status | \"COMPLETED\"",
                "mobile_sync_status_paired | captureInfo | {\"imageUrl\":\"/captures/E001/sync_cap.jpg\"}",
                "mobile_sync_order_retake | order | \"REPEAT\"",
                "mobile_sync_order_retake | order | \"EXTEND\"",
                "mobile_sync_order_retake | order | 1",
                "mobile_sync_order_retake | reason | \" \"",
                "mobile_sync_order_retake | by | \"\"",
                "mobile_sync_order_extend | order | \"ACCEPT\"",
                "mobile_sync_order_accept | deadline | \"2024-01-01T09:00:00Z\"",
                "mobile_sync_shutter | delaySeconds | 11",
                "mobile_sync_shutter | delaySeconds | -1",
                "mobile_sync_shutter | delaySeconds | \"3\"",
                "mobile_sync_shutter_open | open | \"true\"",
                "mobile_sync_preview | ready | 1",
                "mobile_sync_notice | text | \"\\n\"",
                "mobile_sync_notice | text | \"a\\u0007\"",
                "mobile_sync_notice | text | \"a\\u0085\"",
            })
    void invalidFieldIsRejectedByBoth(String golden, String field, String value) {
        ObjectNode message = (ObjectNode) GoldenFiles.json(golden + ".json");
        data(message).set(field, MessageCodec.mapper().readTree(value));

        assertSameResult(message, field + ": " + value);
        assertThat(accepts(message)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mobile_sync_order_retake | reason | 500",
                "mobile_sync_order_retake | by | 128",
                "mobile_sync_notice | text | 300"
            })
    void textHasGreatestLength(String golden, String field, int max) {
        for (int length : new int[] {max, max + 1}) {
            ObjectNode message = (ObjectNode) GoldenFiles.json(golden + ".json");
            data(message).put(field, "x".repeat(length));

            assertSameResult(message, field + " of " + length);
            assertThat(accepts(message)).isEqualTo(length == max);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-01T09:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "2024-02-29T09:00:00.123456789Z",
        "2024-01-01T18:00:00+09:00"
    })
    void timeIsAcceptedByBoth(String time) {
        ObjectNode message = (ObjectNode) GoldenFiles.json("mobile_sync_wait.json");
        data(message).put("timestamp", time);

        assertSameResult(message, time);
        assertThat(accepts(message)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null",
                "42",
                "[]",
                "{}",
                "{\"type\":\"mobile_sync_wait\"}",
                "{\"type\":1,\"data\":{}}",
                "{\"type\":\"mobile_sync_wait\",\"data\":null}",
                "{\"type\":\"mobile_sync_wait\",\"data\":[]}",
            })
    void invalidEnvelopeIsRejectedByBoth(String body) {
        JsonNode message = MessageCodec.mapper().readTree(body);

        assertThat(ApiDocuments.tolerant().errors("schemas/mobile_sync_wait.json", message))
                .isNotEmpty();
        assertThat(accepts(message)).isFalse();
    }

    @Test
    void enumerationsAreComplete() {
        JsonNode types = ApiDocuments.tolerant().read("schemas/common.json").path("$defs");

        assertThat(values(types, "errorCode")).isEqualTo(names(ErrorCode.values()));
        assertThat(values(types, "status")).isEqualTo(names(Status.values()));
        assertThat(values(types, "order")).isEqualTo(names(MobileSyncOrder.Order.values()));
    }

    private static List<String> values(JsonNode types, String name) {
        return types.path(name)
                .path("enum")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static void assertSameResult(JsonNode message, String what) {
        List<String> errors = ApiDocuments.tolerant().errors(schemaOf(message), message);

        assertThat(accepts(message))
                .as("the codec accepts %s; the schema: %s", what, errors)
                .isEqualTo(errors.isEmpty());
    }

    private static boolean accepts(JsonNode message) {
        try {
            requireNonNull(MessageCodec.decode(message.toString().getBytes(UTF_8), Message.class));
            return true;
        } catch (InvalidMessageException e) {
            return false;
        }
    }

    private static String schemaOf(JsonNode message) {
        return "schemas/" + message.path("type").asString() + ".json";
    }

    private static ObjectNode data(JsonNode message) {
        return (ObjectNode) message.path("data");
    }
}
