package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.state.transition.Outcome;
import dev.mobilesync.state.transition.StateService;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/** Several messages that are processed at once. The listener is stopped; the tests receive the messages themselves. */
@ServerContract
class BatchIT extends StatusQueueListenerFixture {

    private static final TraceSpans NO_SPANS = new TraceSpans(Tracer.NOOP, Propagator.NOOP, false);
    private static final byte[] INVALID = "{}".getBytes(StandardCharsets.UTF_8);

    private Connection connection;
    private Channel channel;

    @BeforeEach
    void stopListener() throws Exception {
        service.stopListener();
        connection = BrokerQueues.connect(TestServers.shared().properties());
        channel = connection.createChannel();
    }

    @AfterEach
    void startListener() throws Exception {
        connection.abort();
        service.startListener();
    }

    @Test
    void unprocessableMessagesFailAlone() throws Exception {
        redis.opsForValue().set(RedisKeys.record(examinee("broken")), "not a hash");
        broker.send(completed("1"), "b-1");
        broker.send(
                INVALID,
                new AMQP.BasicProperties.Builder().messageId("b-invalid").build());
        broker.send(completed("broken"), "b-broken");
        broker.send(completed("2"), "b-2");

        assertThat(process(receive(4))).isEmpty();

        Map<String, String> broadcasts = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            StatusQueueClient.Received received = broker.next();
            broadcasts.put(received.examinee(), received.type());
        }
        assertThat(broadcasts)
                .isEqualTo(Map.of(
                        examinee("1").examineeId(), "mobile_sync_completed",
                        examinee("2").examineeId(), "mobile_sync_completed",
                        examinee("broken").examineeId(), "mobile_sync_failed"));
        assertThat(Set.of(
                        broker.deadLetter().getProps().getMessageId(),
                        broker.deadLetter().getProps().getMessageId()))
                .containsExactlyInAnyOrder("b-invalid", "b-broken");
        assertThat(unacknowledged()).isEmpty();
    }

    @Test
    void failedMessagesStayUnacknowledged() throws Exception {
        // Only waits have deadlines.
        redis.opsForValue().set(RedisKeys.DEADLINES, "not a sorted set");
        broker.send(stepEntry("1"), "u-1");
        broker.send(completed("2"), "u-2");
        broker.send(stepEntry("3"), "u-3");
        broker.send(completed("4"), "u-4");
        List<StatusQueueProcessor.Failed> failed;
        try {
            failed = process(receive(4));
        } finally {
            redis.delete(RedisKeys.DEADLINES);
        }

        assertThat(failed).extracting(each -> each.delivery().messageId()).containsExactly("u-1", "u-3");
        assertThat(Set.of(broker.next().examinee(), broker.next().examinee()))
                .containsExactlyInAnyOrder(
                        examinee("2").examineeId(), examinee("4").examineeId());
        assertThat(records.read(examinee("1"))).as("written after its deadline").isNull();
        assertThat(unacknowledged()).containsExactlyInAnyOrder("u-1", "u-3");
    }

    @Test
    void timesMessageOnceDespiteRetry() throws Exception {
        broker.send(completed("timed"), "t-1");
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ConfirmedPublisher stopped = new ConfirmedPublisher(
                new CachingConnectionFactory(), ObservationRegistry.NOOP, meters, Set.of(), Duration.ofSeconds(1));
        // The report of a delay, which precedes the broadcast, fails.
        try (StatusQueueProcessor processor = new StatusQueueProcessor(
                service.bean(StateService.class),
                stopped,
                meters,
                Clock.systemUTC(),
                delayed -> true,
                Duration.ofSeconds(1))) {
            List<StatusQueueDelivery> batch = receive(1);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(processor.process(batch).join()).hasSize(1);
            }
        }
        assertThat(unacknowledged()).containsExactly("t-1");
        assertThat(service.record(examinee("timed")).status()).isEqualTo(Status.COMPLETED);
        assertThat(meters.get("mobile.sync.state.change").timer().count()).isEqualTo(1);
    }

    @Test
    void republishesAfterCrashBeforeAcknowledgement() throws Exception {
        int count = 20;
        for (int i = 0; i < count; i++) {
            broker.send(i % 2 == 0 ? completed("r" + i) : stepEntry("r" + i), "r-" + i);
        }
        List<StatusQueueDelivery> batch = receive(count);
        channel.close();
        assertThat(process(batch)).isEmpty();
        Map<String, Object> published = broadcasts(count);
        assertThat(published).hasSize(count);

        service.startListener();

        assertThat(broadcasts(count)).isEqualTo(published);
        for (int i = 0; i < count; i++) {
            assertThat(service.record(examinee("r" + i)).status())
                    .isEqualTo(i % 2 == 0 ? Status.COMPLETED : Status.WAITING);
        }
    }

    /** An instance crashes between the write and the broadcast; before its message is redelivered, another message is processed. */
    @Test
    void nextChangePublishesUnpublishedOne() throws Exception {
        broker.send(stepEntry("c"), "c-1");
        broker.send(completed("c"), "c-2");
        List<StatusQueueDelivery> batch = receive(2);
        Outcome written = SingleChanges.applyUnpublished(service.bean(StateService.class), stepEntry("c"), "c-1");
        assertThat(unpublishedMarks("c")).hasSize(1);

        assertThat(process(batch.subList(1, 2))).isEmpty();

        StatusQueueClient.Received first = broker.next();
        assertThat(first.type()).isEqualTo("mobile_sync_waiting");
        assertThat(first.id()).isEqualTo(requireNonNull(written.record()).broadcastId());
        StatusQueueClient.Received second = broker.next();
        assertThat(second.type()).isEqualTo("mobile_sync_completed");
        await().until(() -> unpublishedMarks("c").isEmpty());

        assertThat(process(batch.subList(0, 1))).as("redelivered").isEmpty();
        assertThat(broker.next().id()).as("repeats the state").isEqualTo(second.id());
        assertThat(unacknowledged()).isEmpty();
    }

    @Test
    void repeatedMessageRemovesUnpublishedMark() throws Exception {
        broker.send(stepEntry("s"), "s-1");
        SingleChanges.applyUnpublished(service.bean(StateService.class), stepEntry("s"), "s-1");

        assertThat(process(receive(1))).isEmpty();

        assertThat(broker.next().type()).isEqualTo("mobile_sync_waiting");
        await().until(() -> unpublishedMarks("s").isEmpty());
    }

    private List<String> unpublishedMarks(String suffix) {
        return redis.<String, String>opsForHash().keys(RedisKeys.record(examinee(suffix))).stream()
                .filter(field -> field.startsWith("unpublished:"))
                .toList();
    }

    @Test
    void keepsOrderOfEachExaminee() throws Exception {
        int count = 30;
        for (int i = 0; i < count; i++) {
            broker.send(stepEntry("o" + i), "o-wait-" + i);
            broker.send(MobileSyncStatus.paired(examinee("o" + i), "M001", at(2)), "o-paired-" + i);
            broker.send(completed("o" + i), "o-completed-" + i);
        }
        awaitReady(3L * count);
        service.startListener();

        Map<String, List<String>> types = new HashMap<>();
        Set<Object> revisions = new HashSet<>();
        for (int i = 0; i < 3 * count; i++) {
            StatusQueueClient.Received received = broker.next();
            types.computeIfAbsent(received.examinee(), key -> new ArrayList<>()).add(received.type());
            revisions.add(
                    received.examinee() + received.properties().getHeaders().get(AmqpNames.REVISION));
        }
        assertThat(types).hasSize(count);
        assertThat(types.values())
                .containsOnly(List.of("mobile_sync_waiting", "mobile_sync_paired", "mobile_sync_completed"));
        assertThat(revisions).hasSize(3 * count);
    }

    /** Message ids and revisions of the next broadcasts. */
    private static Map<String, Object> broadcasts(int count) throws Exception {
        Map<String, Object> broadcasts = new HashMap<>();
        for (int i = 0; i < count; i++) {
            StatusQueueClient.Received received = broker.next();
            broadcasts.put(received.id(), received.properties().getHeaders().get(AmqpNames.REVISION));
        }
        return broadcasts;
    }

    private static List<StatusQueueProcessor.Failed> process(List<StatusQueueDelivery> batch) {
        return service.bean(StatusQueueProcessor.class).process(batch).join();
    }

    private List<StatusQueueDelivery> receive(int count) throws Exception {
        awaitReady(count);
        DefaultMessagePropertiesConverter converter = new DefaultMessagePropertiesConverter();
        ChannelAcknowledgements acknowledgements = new ChannelAcknowledgements(channel);
        List<StatusQueueDelivery> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GetResponse response = channel.basicGet(AmqpNames.STATUS_QUEUE, false);
            Message message = new Message(
                    response.getBody(),
                    converter.toMessageProperties(
                            response.getProps(), response.getEnvelope(), StandardCharsets.UTF_8.name()));
            acknowledgements.add(response.getEnvelope().getDeliveryTag(), 0);
            batch.add(StatusQueueDelivery.decode(
                    message,
                    acknowledgements,
                    event -> MessageTrace.start(message, event, NO_SPANS, ObservationRegistry.NOOP, "test")));
        }
        return batch;
    }

    private static void awaitReady(long count) {
        await().until(() -> broker.ready(AmqpNames.STATUS_QUEUE) == count);
    }

    /** The ids of the messages that the broker redelivers when the channel is closed. */
    private List<String> unacknowledged() throws Exception {
        channel.close();
        List<String> ids = new ArrayList<>();
        try (Channel next = connection.createChannel()) {
            for (GetResponse left = next.basicGet(AmqpNames.STATUS_QUEUE, true);
                    left != null;
                    left = next.basicGet(AmqpNames.STATUS_QUEUE, true)) {
                ids.add(left.getProps().getMessageId());
            }
        }
        return ids;
    }

    private ExamineeKey examinee(String suffix) {
        return new ExamineeKey("P1", examinee.examineeId() + "-" + suffix);
    }

    private MobileSyncWait stepEntry(String suffix) {
        return new MobileSyncWait("P1", examinee(suffix).examineeId(), at(1), null);
    }

    private MobileSyncStatus completed(String suffix) {
        Instant timestamp = at(3);
        return MobileSyncStatus.completed(
                examinee(suffix), "M001", timestamp, new CaptureInfo("/captures/E1/sync_cap.jpg", null, null));
    }
}
