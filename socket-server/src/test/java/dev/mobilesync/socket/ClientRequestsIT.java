package dev.mobilesync.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;

/** Entries and orders of browsers reach {@code status_queue} as docs/messages.md specifies. */
@ServerContract
class ClientRequestsIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String WAIT = "/app/plans/P001/examinees/E001/mobile-sync/wait";
    private static final String ORDER = "/app/plans/P001/examinees/E001/mobile-sync/order";

    private final SocketServerFixture server = SharedSocketServers.withDefaults();

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P9\",\"examineeId\":\"E9\"}}"})
    void publishesStepEntry(String body) throws Exception {
        try (StompTestClient browser = server.examinee(EXAMINEE)) {
            Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            browser.awaitReceipt(browser.send(WAIT, body));
            Message message = requireNonNull(server.receiveStatus());
            MobileSyncWait wait = MessageCodec.decode(message.getBody(), MobileSyncWait.class);
            assertThat(wait.examinee()).isEqualTo(EXAMINEE);
            assertThat(wait.timestamp())
                    .isBetween(before, Instant.now())
                    .matches(timestamp -> timestamp.getNano() % 1_000_000 == 0);
            assertProperties(message, "mobile_sync_wait");
        }
    }

    @Test
    void publishesOrderWithProctorOfToken() throws Exception {
        for (String body : new String[] {
            "{\"order\":\"RETAKE\",\"reason\":\"흐려요\",\"by\":\"another proctor\",\"examineeId\":\"E9\"}",
            "{\"type\":\"mobile_sync_order\",\"data\":{\"order\":\"RETAKE\",\"reason\":\"흐려요\",\"planId\":\"P9\"}}"
        }) {
            try (StompTestClient proctor = server.proctor("P001")) {
                proctor.awaitReceipt(proctor.send(ORDER, body));
                Message message = requireNonNull(server.receiveStatus());
                MobileSyncOrder order = MessageCodec.decode(message.getBody(), MobileSyncOrder.class);
                assertThat(order.examinee()).isEqualTo(EXAMINEE);
                assertThat(order.by()).isEqualTo("proctor-1");
                assertThat(order.order()).isEqualTo(MobileSyncOrder.Order.RETAKE);
                assertThat(order.reason()).isEqualTo("흐려요");
                assertProperties(message, "mobile_sync_order");
            }
        }
    }

    @Test
    void publishesOrdersInSequence() throws Exception {
        try (StompTestClient proctor = server.proctor("P001")) {
            for (int i = 0; i < 50; i++) {
                proctor.send(ORDER, "{\"order\":\"ACCEPT\",\"reason\":\"number " + i + "\"}");
            }
            for (int i = 0; i < 50; i++) {
                Message message = requireNonNull(server.receiveStatus());
                assertThat(MessageCodec.decode(message.getBody(), MobileSyncOrder.class)
                                .reason())
                        .isEqualTo("number " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{\"order\":\"EXPEL\",\"reason\":\"x\"}",
                "{\"order\":\"RETAKE\"}",
                "{\"order\":\"EXTEND\",\"reason\":\"x\"}",
                "{\"order\":\"RETAKE\",\"reason\":\"x\",\"deadline\":\"2024-01-01T09:00:00Z\"}"
            })
    void rejectsInvalidOrder(String body) {
        try (StompTestClient proctor = server.proctor("P001")) {
            String receipt = proctor.send(ORDER, body);
            assertThat(proctor.awaitError().json().path("code").asString()).isEqualTo("INVALID_REQUEST");
            assertThat(proctor.awaitError().header("receipt-id")).isEqualTo(receipt);
        }
    }

    private static void assertProperties(Message message, String type) {
        MessageProperties properties = message.getMessageProperties();
        assertThat(properties.getType()).isEqualTo(type);
        assertThat(properties.getMessageId()).isNotBlank();
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getReceivedDeliveryMode()).isEqualTo(MessageDeliveryMode.PERSISTENT);
        assertThat(properties.getHeaders()).containsKey("traceparent").doesNotContainKey("__TypeId__");
    }
}
