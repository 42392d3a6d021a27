package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.testsupport.GoldenFiles;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks of frames and messages reject what is not documented. Other tests would pass with a check that accepts everything. */
class MessageContractTests {

    private static final String TOPIC = "/topic/plans/P001/examinees/E001/mobile-sync";
    private static final String WAITING = new String(GoldenFiles.bytes("mobile_sync_waiting.json"), UTF_8);
    private static final String SHUTTER = new String(GoldenFiles.bytes("mobile_sync_shutter.json"), UTF_8);
    private static final String ERROR = "{\"code\":\"FORBIDDEN\",\"message\":\"no\",\"retryable\":false}";

    private static void check(String destination, Map<String, String> more, String body) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "destination", destination,
                "subscription", "sub-1",
                "message-id", "m1",
                "content-type", "application/json",
                "content-length", "100"));
        headers.putAll(more);
        StompContract.checkReceived("MESSAGE", headers, body);
    }

    @Test
    void acceptsDocumentedFrames() {
        check(TOPIC, Map.of("revision", "7"), WAITING);
        check("/topic/plans/P001/mobile-sync", Map.of(), WAITING);
        check(TOPIC, Map.of(), SHUTTER);
        StompContract.checkReceived("RECEIPT", Map.of("receipt-id", "r"), "");
        StompContract.checkReceived("ERROR", Map.of("message", "no", "content-type", "application/json"), ERROR);
        StompContract.checkReceived(
                "CONNECTED",
                Map.of("version", "1.2", "heart-beat", "0,0", "server-time", "2024-01-01T09:00:00.5Z"),
                "");
    }

    @Test
    void rejectsUndocumentedMessage() {
        assertThatThrownBy(() -> check(TOPIC + "/other", Map.of(), WAITING)).hasMessageContaining("destination");
        assertThatThrownBy(() -> check("/topic/plans/P001/mobile-sync", Map.of(), SHUTTER))
                .hasMessageContaining("no message mobile_sync_shutter");
        assertThatThrownBy(() -> check(TOPIC, Map.of("revision", "-1"), WAITING))
                .hasMessageContaining("revision");
        assertThatThrownBy(() -> check(TOPIC, Map.of("other", "1"), WAITING)).hasMessageContaining("other");
        assertThatThrownBy(() -> check(TOPIC, Map.of(), WAITING.replace("WAITING", "PAIRED")))
                .hasMessageContaining("status");
        assertThatThrownBy(() -> check(TOPIC, Map.of(), WAITING.replace("\"status\"", "\"state\"")))
                .hasMessageContaining("state");
    }

    @Test
    void rejectsUndocumentedFrame() {
        assertThatThrownBy(() -> StompContract.checkReceived("RECEIPT", Map.of(), ""))
                .hasMessageContaining("receipt-id");
        assertThatThrownBy(() -> StompContract.checkReceived("CONNECTED", Map.of("version", "1.2"), ""))
                .hasMessageContaining("server-time");
        assertThatThrownBy(() -> StompContract.checkReceived(
                        "ERROR", Map.of("message", "no"), ERROR.replace("FORBIDDEN", "OTHER")))
                .hasMessageContaining("code");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait | ",
                "order | {\"order\":\"ACCEPT\",\"reason\":\"seen\"}",
                "order | {\"type\":\"mobile_sync_order\",\"data\":{\"order\":\"ACCEPT\",\"reason\":\"seen\"}}",
                "shutter | {\"delaySeconds\":3,\"open\":true}",
                "preview | {\"ready\":false}",
                "notice | {\"text\":\"Please wait.\"}",
            })
    void acceptsDocumentedCommand(String command, String body) {
        checkSend(command, body == null ? "" : body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "other | {}",
                "order | {\"order\":\"ACCEPT\"}",
                "order | nonsense",
                "shutter | {\"delaySeconds\":11}",
                "preview | {}",
                "notice | {\"text\":\" \"}",
            })
    void rejectsUndocumentedCommand(String command, String body) {
        assertThatThrownBy(() -> checkSend(command, body)).isInstanceOf(AssertionError.class);
    }

    private static void checkSend(String command, String body) {
        String destination = "/app/plans/P001/examinees/E001/mobile-sync/" + command;
        StompContract.checkAccepted("SEND", Map.of("destination", destination), body);
    }

    @Test
    void checksHeadersOfClients() {
        String topic = "/topic/plans/P001/examinees/E001/mobile-sync";
        StompContract.checkAccepted("SUBSCRIBE", Map.of("id", "1", "destination", topic, "state-receipt", "s"), "");
        StompContract.checkAccepted("CONNECT", Map.of("accept-version", "1.2", "Authorization", "Bearer x"), "");
        assertThatThrownBy(() -> StompContract.checkAccepted("SUBSCRIBE", Map.of("destination", topic), ""))
                .hasMessageContaining("id");
        assertThatThrownBy(() ->
                        StompContract.checkAccepted("SUBSCRIBE", Map.of("id", "1", "destination", "/topic/others"), ""))
                .hasMessageContaining("destination");
        assertThatThrownBy(() -> StompContract.checkAccepted("CONNECT", Map.of("accept-version", "1.2"), ""))
                .hasMessageContaining("Authorization");
    }

    private static AMQP.BasicProperties.Builder properties(String type, Map<String, Object> headers) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .contentType("application/json")
                .type(type)
                .messageId("m1")
                .timestamp(new Date(0))
                .headers(headers);
    }

    @Test
    void checksMessagesOfBroker() {
        byte[] wait = GoldenFiles.bytes("mobile_sync_wait.json");
        Map<String, Object> sent = Map.of("sent-at", 1L);
        AmqpContract.checkEvent(properties("mobile_sync_wait", sent).build(), wait);
        AmqpContract.checkBroadcast(
                properties("mobile_sync_waiting", Map.of("sent-at", 1L, "plan", "P001", "examinee", "E001"))
                        .build(),
                WAITING.getBytes(UTF_8));

        assertThatThrownBy(() -> AmqpContract.checkEvent(
                        properties("mobile_sync_wait", Map.of()).build(), wait))
                .hasMessageContaining("sent-at");
        assertThatThrownBy(() -> AmqpContract.checkEvent(
                        properties("mobile_sync_waiting", sent).build(), WAITING.getBytes(UTF_8)))
                .hasMessageContaining("no message mobile_sync_waiting");
        assertThatThrownBy(() -> AmqpContract.checkEvent(
                        properties("mobile_sync_wait", sent).deliveryMode(1).build(), wait))
                .hasMessageContaining("persistent");
        assertThatThrownBy(() -> AmqpContract.checkEvent(
                        properties("mobile_sync_wait", sent).messageId(null).build(), wait))
                .hasMessageContaining("message_id");
        assertThatThrownBy(() -> AmqpContract.checkBroadcast(
                        properties("mobile_sync_waiting", sent).build(), WAITING.getBytes(UTF_8)))
                .hasMessageContaining("plan");
    }

    @Test
    void checksDeadLetters() {
        Map<String, Object> reason = Map.of("x-mobile-sync-reason", "not JSON", "sent-at", 1L);
        AmqpContract.checkDeadLetter(
                "status_queue.dlq", properties("any", reason).build());
        assertThatThrownBy(() -> AmqpContract.checkDeadLetter(
                        "status_queue.dlq",
                        properties("any", Map.of("sent-at", 1L)).build()))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> AmqpContract.checkDeadLetter(
                        "webhook_queue.dlq", properties("any", reason).build()))
                .hasMessageContaining("x-mobile-sync-queue");
    }
}
