package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.reliability.StatusQueueTestPublisher.RawMessage;
import dev.mobilesync.testsupport.Exclusive;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A thousand unprocessable messages arrive in one burst among valid ones. */
@Exclusive
@WithCluster
class UnprocessableMessagesIT {

    private static final int MESSAGES = 1_000;
    private static final int LARGE = 10;
    private static final int LARGE_BYTES = 10_000_000;
    private static final int TO_BE_REPAIRED = 20;
    private static final int DEPTH = 20_000;
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);

    @Test
    void deadLettersUnprocessableMessagesOnly(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.UNPROCESSABLE_MESSAGES, LoadProfile.usual(), scenario -> {
            scenario.checkedBy(Checker.strict().withUnprocessableMessages());
            List<ExamineeKey> repaired = IntStream.range(0, TO_BE_REPAIRED)
                    .mapToObj(number -> new ExamineeKey(scenario.plan() + "-repaired", "R" + number))
                    .toList();
            scenario.awaitCaptured(25);
            Instant sent = Instant.now();
            scenario.fault(
                    "publish 1,000 unprocessable messages",
                    () -> StatusQueueTestPublisher.publishAll(scenario.probe(), messages(repaired)));
            scenario.await("dead letters", () -> scenario.probe().ready(AmqpNames.DEAD_LETTER_QUEUE) == MESSAGES);
            scenario.note(
                    "all dead letters after %.1f s",
                    Duration.between(sent, Instant.now()).toMillis() / 1e3);

            Map<String, Integer> reasons = reasons(cluster.state(0).command("--dead-letters=list"));
            scenario.note("reasons %s", reasons);
            assertThat(reasons.values().stream().mapToInt(Integer::intValue).sum())
                    .as("dead letters with a reason")
                    .isEqualTo(MESSAGES);
            repair(scenario, repaired);
            assertThat(cluster.state(0).command("--dead-letters=replay")).contains(MESSAGES + " replayed");
            scenario.await(
                    "dead letters without the repaired ones",
                    () -> scenario.probe().ready(AmqpNames.DEAD_LETTER_QUEUE) == MESSAGES - TO_BE_REPAIRED);
            scenario.awaitCompleted(repaired);

            List<Long> delays = delays(scenario, sent);
            scenario.note(
                    "from 201 to the browser, of %d: median %d ms, p99 %d ms",
                    delays.size(), delays.get(delays.size() / 2), delays.get(delays.size() * 99 / 100));
            assertThat(delays.get(delays.size() * 99 / 100)).isLessThan(MAX_DELAY.toMillis());
        });
    }

    private static List<RawMessage> messages(List<ExamineeKey> repaired) {
        List<byte[]> kinds = List.of(
                bytes("{\"type\":\"mobile_sync_status\",\"data\":{"),
                bytes("\u0000\u0001 not JSON at all"),
                bytes(""),
                bytes("[]"),
                bytes("{\"type\":\"mobile_sync_completed\",\"data\":{\"planId\":\"P\",\"examineeId\":\"E\","
                        + "\"deviceId\":\"M\",\"status\":\"COMPLETED\",\"timestamp\":\"2026-01-01T00:00:00Z\"}}"),
                bytes("{\"type\":\"something_else\",\"data\":{}}"),
                bytes("{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"../P\",\"examineeId\":\"E\","
                        + "\"timestamp\":\"2026-01-01T00:00:00Z\"}}"),
                bytes("[".repeat(DEPTH)),
                bytes("{\"type\":\"mobile_sync_wait\",\"data\":" + "{\"a\":".repeat(DEPTH / 5) + "1"
                        + "}".repeat(DEPTH / 5) + "}"));
        List<RawMessage> messages = new ArrayList<>();
        repaired.forEach(examinee -> messages.add(new RawMessage(
                "broken-" + examinee.examineeId(),
                bytes(validMessage(examinee).replace("\"COMPLETED\"", "\"DONE\"")))));
        for (int i = 0; messages.size() < MESSAGES; i++) {
            byte[] body = i % (MESSAGES / LARGE) == 0 ? bytes("x".repeat(LARGE_BYTES)) : kinds.get(i % kinds.size());
            messages.add(new RawMessage("unprocessable-" + i, body));
        }
        return messages;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String validMessage(ExamineeKey examinee) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new String(
                MessageCodec.encode(MobileSyncStatus.completed(
                        examinee,
                        "M1",
                        now,
                        new CaptureInfo(
                                "/captures/" + examinee.examineeId() + "/sync_cap.jpg",
                                new DeviceInfo("iPhone 12", "iOS 15.0"),
                                null))),
                StandardCharsets.UTF_8);
    }

    /** The number of dead letters per reason; those without one are not counted. */
    private static Map<String, Integer> reasons(String listed) {
        Map<String, Integer> reasons = new TreeMap<>();
        listed.lines()
                .filter(line -> line.startsWith("id=") && !line.endsWith("reason=null"))
                .map(line -> line.substring(line.indexOf(" reason=") + " reason=".length())
                        .replaceAll("[0-9]+", "N"))
                .forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        return reasons;
    }

    /** Repairs dead letters and republishes them to the dead-letter queue, as operators do with the broker's tools. */
    private static void repair(FaultScenario scenario, List<ExamineeKey> repaired) {
        Map<String, ExamineeKey> byId = new HashMap<>();
        repaired.forEach(examinee -> byId.put("broken-" + examinee.examineeId(), examinee));
        scenario.probe().onChannel(channel -> {
            // Unacknowledged messages are requeued when the channel closes.
            for (int i = 0; i < MESSAGES; i++) {
                GetResponse response = channel.basicGet(AmqpNames.DEAD_LETTER_QUEUE, false);
                ExamineeKey examinee = byId.get(response.getProps().getMessageId());
                if (examinee != null) {
                    RawMessage copy = new RawMessage(response.getProps().getMessageId(), bytes(validMessage(examinee)));
                    StatusQueueTestPublisher.publish(channel, AmqpNames.DEAD_LETTER_QUEUE, copy, response.getProps());
                    channel.basicAck(response.getEnvelope().getDeliveryTag(), false);
                }
            }
            return true;
        });
        scenario.await("repaired dead letters", () -> scenario.probe().ready(AmqpNames.DEAD_LETTER_QUEUE) == MESSAGES);
    }

    /** The sorted times in ms from each 201 since the instant to the browser's message, for connected browsers only. */
    private static List<Long> delays(FaultScenario scenario, Instant since) {
        List<Event.Received> received = scenario.history()
                .of(Event.Received.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .toList();
        return scenario.history()
                .of(Event.Answered.class)
                .filter(response -> response.status() == 201 && response.at().isAfter(since))
                .flatMap(response -> received.stream()
                        .filter(message -> message.examinee().equals(response.examinee())
                                && !message.timestamp().isBefore(requireNonNull(response.timestamp())))
                        .map(message -> Math.max(0, ChronoUnit.MILLIS.between(response.at(), message.at())))
                        .limit(1))
                .sorted()
                .toList();
    }
}
