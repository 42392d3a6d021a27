package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.api.HttpContract;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages that change the state, repeated and outdated messages. */
@ServerContract
class StatusQueueListenerIT extends StatusQueueListenerFixture {

    private static final String UNSAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    @Test
    void savesAndBroadcastsDocumentedMessage() throws Exception {
        broker.send(
                GoldenFiles.bytes("mobile_sync_status.json"),
                new AMQP.BasicProperties.Builder()
                        .messageId("documented")
                        .headers(Map.of("traceparent", UNSAMPLED))
                        .build());

        StatusQueueClient.Received received = broker.next();
        assertThat(received.json()).isEqualTo(GoldenFiles.json("mobile_sync_completed.json"));
        AMQP.BasicProperties properties = received.properties();
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getType()).isEqualTo("mobile_sync_completed");
        assertThat(properties.getMessageId()).isNotBlank();
        assertThat(properties.getTimestamp().toInstant()).isEqualTo(Instant.parse("2024-01-01T09:00:00Z"));
        assertThat(properties.getHeaders())
                .containsOnlyKeys(
                        "traceparent", AmqpNames.PLAN, AmqpNames.EXAMINEE, AmqpNames.REVISION, AmqpNames.SENT_AT)
                .hasEntrySatisfying("traceparent", value -> assertThat(value).hasToString(UNSAMPLED));

        // The mark of an unpublished record is removed after the confirm, which may be later than the broadcast.
        Map<Object, Object> hash = await().until(
                        () -> redis.opsForHash().entries("plan:P001:examinee:E001:mobile_sync"),
                        fields -> fields.keySet().stream().noneMatch(field -> isUnpublishedMark(field)));
        Map<String, Object> documented = new HashMap<>();
        JsonNode golden = GoldenFiles.json("redis_record.json");
        golden.propertyNames().forEach(field -> documented.put(field, field(golden, field)));
        assertThat(hash)
                .containsAllEntriesOf(new HashMap<Object, Object>(documented))
                .containsOnlyKeys(
                        "status",
                        "deviceId",
                        "timestamp",
                        "imageUrl",
                        "deviceInfo",
                        "imageTimestamp",
                        "messageId",
                        "revision");
        assertThat(redis.getExpire("plan:P001:examinee:E001:mobile_sync", TimeUnit.HOURS))
                .isBetween(167L, 168L);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P001"), "E001"))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, "P001:E001")).isNull();
    }

    private static boolean isUnpublishedMark(Object field) {
        return field.toString().startsWith("unpublished:");
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        ObjectNode message = (ObjectNode) GoldenFiles.json("mobile_sync_status.json");
        message.put("later", 1);
        ((ObjectNode) message.get("data"))
                .put("examineeId", examinee.examineeId())
                .put("later", "field");
        broker.send(
                message.toString().getBytes(StandardCharsets.UTF_8),
                new AMQP.BasicProperties.Builder().messageId("unknown-fields").build());

        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
    }

    @Test
    void passesTraceOnWithoutExporter() throws Exception {
        String sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        broker.send(
                MessageCodec.encode(completed(at(1))),
                new AMQP.BasicProperties.Builder()
                        .messageId("traced")
                        .headers(Map.of("traceparent", sampled))
                        .build());

        // No span of this service: it would be exported nowhere.
        assertThat(String.valueOf(broker.next().properties().getHeaders().get("traceparent")))
                .isEqualTo(sampled);
    }

    @Test
    void repeatedMessageRepublishesSameBroadcast() throws Exception {
        MobileSyncStatus message = completed(at(1));
        broker.send(message, "m1");
        StatusQueueClient.Received first = broker.next();
        long revision = record().revision();
        broker.send(message, "m1");
        StatusQueueClient.Received second = broker.next();

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.properties().getHeaders().get(AmqpNames.REVISION)).isEqualTo(revision);
        assertThat(record().revision()).isEqualTo(revision);
    }

    @Test
    void recognizesRepeatedMessageWithoutId() throws Exception {
        byte[] body = MessageCodec.encode(completed(at(1)));
        broker.send(body, new AMQP.BasicProperties());
        String first = broker.next().id();
        broker.send(body, new AMQP.BasicProperties());
        assertThat(broker.next().id()).isEqualTo(first);
    }

    @Test
    void olderPictureIsStale() throws Exception {
        broker.send(completed(at(5)), "newer");
        broker.next();
        SyncRecord before = record();
        double stale = service.sumOfCounters("mobile.sync.messages.processed", "outcome", "STALE");
        broker.send(completed(at(1)), "older");

        await().until(() -> service.sumOfCounters("mobile.sync.messages.processed", "outcome", "STALE") == stale + 1);
        assertThat(record()).isEqualTo(before);
    }

    @Test
    void firstEntrySetsDeadline() throws Exception {
        broker.send(new MobileSyncWait("P1", examinee.examineeId(), at(1), null), "w1");
        JsonNode data = broker.next().json().get("data");
        Instant deadline = Instant.parse(data.get("deadline").asString());
        assertThat(deadline)
                .isBetween(Instant.now().plusSeconds(285), Instant.now().plusSeconds(301));
        assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()))
                .isEqualTo(deadline.toEpochMilli());

        broker.send(new MobileSyncWait("P1", examinee.examineeId(), at(9), null), "w2");
        assertThat(broker.next().json().get("data").get("deadline").asString()).isEqualTo(deadline.toString());

        broker.send(completed(at(10)), "c");
        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
        await().until(() -> redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId()) == null);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
    }

    @Test
    void appliesOrders() throws Exception {
        broker.send(completed(at(1)), "c1");
        broker.next();
        broker.send(order(MobileSyncOrder.Order.RETAKE, at(2)), "o1");
        StatusQueueClient.Received waiting = broker.next();
        assertThat(waiting.type()).isEqualTo("mobile_sync_waiting");
        assertThat(waiting.json().get("data").get("reason").asString()).isEqualTo("too dark");
        broker.send(completed(at(1).plusMillis(500)), "c2");
        broker.send(order(MobileSyncOrder.Order.ACCEPT, at(4)), "o2");

        StatusQueueClient.Received accepted = broker.next();
        assertThat(accepted.type()).isEqualTo("mobile_sync_completed");
        assertThat(record().acceptedBy()).isEqualTo("proctor-7");
        assertThat(record().acceptedReason()).isEqualTo("too dark");
    }

    @Test
    void republishesAfterCrash() throws Exception {
        // As after a crash between save and publish: the record holds the message's id.
        MobileSyncStatus message = completed(at(1));
        SyncRecord saved = requireNonNull(SingleChanges.replace(
                service.bean(RecordStore.class),
                null,
                SyncRecord.builder(examinee)
                        .status(Status.COMPLETED, "crashed", at(1))
                        .device("M001")
                        .capture(requireNonNull(message.captureInfo()), at(1))
                        .build()));
        redis.opsForZSet().remove(RedisKeys.planIndex("P1"), examinee.examineeId());

        broker.send(message, "crashed");

        assertThat(broker.next().id()).isEqualTo(saved.broadcastId());
        assertThat(record()).isEqualTo(saved);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
    }

    @Test
    void writesRecordDespiteInvalidPlanIndex() throws Exception {
        redis.opsForValue().set(RedisKeys.planIndex("P-wrong-index"), "not a sorted set");
        broker.send(new MobileSyncWait("P-wrong-index", "E1", at(1), null), "wrong-index");

        assertThat(broker.next().type()).isEqualTo("mobile_sync_waiting");
        assertThat(service.record(new ExamineeKey("P-wrong-index", "E1")).status())
                .isEqualTo(Status.WAITING);
    }

    @Test
    void concurrentMessagesLeaveConsistentState() throws Exception {
        double before = processed();
        for (int i = 1; i <= 200; i++) {
            broker.send(
                    i % 2 == 0 ? completed(at(i)) : new MobileSyncWait("P1", examinee.examineeId(), at(i), null),
                    "burst-" + i);
        }
        await().until(() -> {
            SyncRecord record = records.read(examinee);
            return record != null && record.timestamp().equals(at(200));
        });
        await().until(() -> processed() == before + 200);
        while (!broker.isEmpty()) {
            broker.next();
        }
        assertThat(record().status()).isEqualTo(Status.COMPLETED);
        assertThat(redis.opsForZSet().score(RedisKeys.planIndex("P1"), examinee.examineeId()))
                .isEqualTo(RedisKeys.indexScore(Status.COMPLETED));
    }

    @Test
    void timesHopsAndPassesCaptureStartOn() throws Exception {
        long waits = service.timer("mobile.sync.queue.wait").count();
        double waited = service.timer("mobile.sync.queue.wait").totalTime(TimeUnit.SECONDS);
        long changes = service.timer("mobile.sync.state.change").count();
        long now = System.currentTimeMillis();
        broker.send(
                MessageCodec.encode(completed(at(1))),
                new AMQP.BasicProperties.Builder()
                        .messageId("timed")
                        .headers(Map.of(AmqpNames.SENT_AT, now - 5_000, AmqpNames.CAPTURE_STARTED_AT, now - 7_000))
                        .build());

        assertThat(broker.next().properties().getHeaders())
                .containsEntry(AmqpNames.CAPTURE_STARTED_AT, now - 7_000)
                .hasEntrySatisfying(
                        AmqpNames.SENT_AT, sent -> assertThat((Long) sent).isGreaterThanOrEqualTo(now));
        await().until(() -> service.timer("mobile.sync.state.change").count() == changes + 1);
        assertThat(service.timer("mobile.sync.queue.wait").count()).isEqualTo(waits + 1);
        assertThat(service.timer("mobile.sync.queue.wait").totalTime(TimeUnit.SECONDS) - waited)
                .isGreaterThanOrEqualTo(5);
    }

    @Test
    void servesHealthMetricsAndErrorsOnly() {
        assertThat(get("/actuator/health/readiness")).isEqualTo(200);
        assertThat(get("/actuator/health/liveness")).isEqualTo(200);
        assertThat(send("/actuator/prometheus").body())
                .contains(
                        "mobile_sync_pending_retries",
                        "mobile_sync_parked",
                        "mobile_sync_messages_processed_total",
                        "mobile_sync_outcomes_total",
                        "mobile_sync_timeouts_total",
                        "mobile_sync_publish_seconds");
        for (String path : List.of("/actuator/env", "/", "/api/v1/nothing")) {
            HttpResponse<String> denied = send(path);
            assertThat(denied.statusCode()).isEqualTo(403);
            assertThat(denied.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            HttpContract.checkProblem(403, denied.body());
        }
    }

    /** Otherwise messages would not be processed during the drain period. */
    @Test
    void stopsAfterDrain() {
        Map<String, SmartLifecycle> beans = service.beans(SmartLifecycle.class);
        int drain = requireNonNull(beans.get("readinessDrain")).getPhase();
        int container = requireNonNull(beans.get("statusQueueContainer")).getPhase();
        assertThat(container).isLessThan(drain);
        assertThat(requireNonNull(beans.get("statusQueueListener")).getPhase()).isEqualTo(container);
    }

    private static double processed() {
        return service.sumOfCounters("mobile.sync.messages.processed");
    }

    private MobileSyncOrder order(MobileSyncOrder.Order order, Instant timestamp) {
        return new MobileSyncOrder(
                examinee.planId(),
                examinee.examineeId(),
                order,
                "too dark",
                "proctor-7",
                timestamp,
                null,
                MobileSyncOrder.Role.PROCTOR);
    }
}
