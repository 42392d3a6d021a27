package dev.mobilesync.state.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.ServerContract;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Messages that can never be processed. */
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class DeadLetteringIT extends StatusQueueListenerFixture {

    @Test
    void deadLettersInvalidMessages() throws Exception {
        Map<String, byte[]> messages = new HashMap<>();
        messages.put("not-json", "{\"type\":".getBytes(StandardCharsets.UTF_8));
        messages.put("wrong-type", GoldenFiles.bytes("mobile_sync_completed.json"));
        messages.put("deep", ("[".repeat(50_000)).getBytes(StandardCharsets.UTF_8));
        messages.put("empty", new byte[0]);
        messages.put(
                "bad-id",
                new String(GoldenFiles.bytes("mobile_sync_status.json"), StandardCharsets.UTF_8)
                        .replace("E001", "../E001")
                        .getBytes(StandardCharsets.UTF_8));
        messages.put("serialized", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 't', 0, 1, 'x'});
        for (Map.Entry<String, byte[]> message : messages.entrySet()) {
            broker.send(
                    message.getValue(),
                    new AMQP.BasicProperties.Builder()
                            .messageId(message.getKey())
                            .contentType(
                                    message.getKey().equals("serialized")
                                            ? "application/x-java-serialized-object"
                                            : "application/json")
                            .headers(Map.of("from", "a test"))
                            .build());
            GetResponse dead = broker.deadLetter();
            assertThat(dead.getProps().getMessageId()).isEqualTo(message.getKey());
            assertThat(dead.getBody()).isEqualTo(message.getValue());
            assertThat(dead.getProps().getDeliveryMode()).isEqualTo(2);
            assertThat(String.valueOf(dead.getProps().getHeaders().get("from"))).isEqualTo("a test");
            assertThat(String.valueOf(dead.getProps().getHeaders().get(AmqpNames.DEAD_LETTER_REASON)))
                    .isNotBlank()
                    .contains(message.getKey().equals("not-json") ? "JSON" : "")
                    .doesNotContain("../E001");
        }
        broker.send(completed(at(1)), "after");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }

    @Test
    void textOfMessageCannotForgeLogLine(CapturedOutput output) throws Exception {
        broker.send(
                new byte[0],
                new AMQP.BasicProperties.Builder()
                        .messageId("id\n2026-01-01T00:00:00.000Z  INFO forged")
                        .build());
        broker.deadLetter();

        await().until(() -> output.getAll().contains("forged is a dead letter"));
        assertThat(output.getAll().lines().filter(line -> line.contains("forged")))
                .singleElement()
                .asString()
                .startsWith("    2026-01-01");
    }

    @Test
    void textOfExceptionCannotForgeLogLine(CapturedOutput output) {
        LoggerFactory.getLogger(DeadLetteringIT.class)
                .warn("failed", new IllegalStateException("text\n2026-01-01T00:00:00.000Z  INFO forged"));

        assertThat(output.getAll().lines().filter(line -> !line.startsWith("    ")))
                .filteredOn(line -> line.contains("failed") || line.contains("forged") || line.contains("\tat "))
                .singleElement()
                .asString()
                .contains("WARN", "failed");
        assertThat(output.getAll()).contains("    2026-01-01T00:00:00.000Z  INFO forged");
    }

    @Test
    void reportsQueues() throws Exception {
        QueueSampler sampler = service.bean(QueueSampler.class);
        broker.send(new byte[0], new AMQP.BasicProperties());
        await().untilAsserted(() -> {
            sampler.sample();
            assertThat(service.gauge("mobile.sync.dead.letters")).isEqualTo(1);
        });
        assertThat(service.gauge("mobile.sync.queue.messages")).isZero();
        assertThat(service.gauge("mobile.sync.queue.consumers")).isEqualTo(1);

        broker.deadLetter();
        sampler.sample();
        assertThat(service.gauge("mobile.sync.dead.letters")).isZero();
    }

    @Test
    void reportsBacklog() throws Exception {
        QueueSampler sampler = service.bean(QueueSampler.class);
        service.stopListener();
        try {
            broker.send(completed(at(1)), "backlog-1");
            broker.send(completed(at(2)), "backlog-2");
            await().untilAsserted(() -> {
                sampler.sample();
                assertThat(service.gauge("mobile.sync.queue.messages")).isEqualTo(2);
            });
            assertThat(service.gauge("mobile.sync.queue.consumers")).isZero();
        } finally {
            service.startListener();
        }
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }

    @ParameterizedTest
    @CsvSource({"status, ARCHIVED", "deviceInfo, {", "string, x"})
    void deadLettersMessagesOfUnreadableRecord(String field, String value) throws Exception {
        String key = RedisKeys.record(examinee);
        if (field.equals("string")) {
            redis.opsForValue().set(key, value);
        } else {
            redis.opsForHash().putAll(key, Map.of("status", "COMPLETED", "timestamp", at(0).toString()));
            redis.opsForHash().put(key, field, value);
        }
        double unreadable = service.sumOfCounters("mobile.sync.unreadable.records");
        ExamineeKey other = new ExamineeKey("P1", examinee.examineeId() + "-other");

        // More than the failure threshold of the circuit breaker.
        for (int i = 0; i < 20; i++) {
            broker.send(completed(at(1)), "unreadable-" + i);
        }
        broker.send(new MobileSyncWait("P1", other.examineeId(), at(1), null), "readable");

        Set<Object> dead = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            AMQP.BasicProperties deadLetter = broker.deadLetter().getProps();
            dead.add(deadLetter.getMessageId());
            assertThat(String.valueOf(deadLetter.getHeaders().get(AmqpNames.DEAD_LETTER_REASON)))
                    .startsWith("unreadable record: ")
                    .doesNotContain("ARCHIVED");
        }
        assertThat(dead).hasSize(20).contains("unreadable-0", "unreadable-19");
        int failed = 0;
        for (int i = 0; i < 21; i++) {
            StatusQueueClient.Received received = broker.next();
            if (received.examinee().equals(other.examineeId())) {
                assertThat(received.type()).isEqualTo("mobile_sync_waiting");
            } else {
                assertThat(received.type()).isEqualTo("mobile_sync_failed");
                assertThat(received.json().at("/data/error/code").asString()).isEqualTo("STATE_CHANGE_FAILED");
                assertThat(received.json().at("/data/error/retryable").asBoolean(true))
                        .isFalse();
                failed++;
            }
        }
        assertThat(failed).isEqualTo(20);
        assertThat(service.sumOfCounters("mobile.sync.unreadable.records") - unreadable)
                .isGreaterThanOrEqualTo(20);
        assertThat(service.pendingRetries()).isZero();

        redis.delete(key);
        broker.send(completed(at(2)), "repaired");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }
}
