package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Many waiting examinees in addition to those of a scenario: reconnecting browsers without phones. */
final class IdleSubscribers implements AutoCloseable {

    private static final int ARRIVALS_PER_SECOND = 300;
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final FaultScenario scenario;
    private final History history = new History();
    private final LoadBalancer balancer;
    private final LoadGenerator load;

    IdleSubscribers(TestCluster cluster, FaultScenario scenario, int count) {
        this.scenario = scenario;
        balancer = new LoadBalancer(cluster.socketServers());
        LoadProfile profile = LoadProfile.of(count, ARRIVALS_PER_SECOND);
        load = new LoadGenerator(history, profile, scenario.plan() + "o", cluster.webBalancer(), balancer, count);
    }

    /**
     * Opens all browsers.
     *
     * @param where the instance, or {@code null} for all instances
     */
    void connectAll(@Nullable ServiceInstance where) {
        balancer.pinTo(where);
        load.startBrowsers();
        await("all browsers connected");
        balancer.pinTo(null);
    }

    /** Waits until every browser is subscribed and has received the record's state. Returns the time since the instant. */
    Duration awaitReconnected(Instant since) {
        await("all browsers reconnected");
        return Duration.between(since, lastReceipt());
    }

    private void await(String what) {
        Awaitility.await()
                .alias(what)
                .atMost(TIMEOUT)
                .pollInterval(Duration.ofSeconds(1))
                .until(this::allHaveCurrentState);
    }

    private boolean allHaveCurrentState() {
        Map<ExamineeKey, Integer> connected = new HashMap<>();
        Map<ExamineeKey, Event.Received> received = new HashMap<>();
        for (Event event : history.events()) {
            if (event instanceof Event.Subscribed subscribed) {
                connected.put(subscribed.examinee(), subscribed.connection());
            } else if (event instanceof Event.Disconnected lost) {
                connected.remove(lost.examinee(), lost.connection());
            } else if (event instanceof Event.Received message && message.revision() != null) {
                received.put(message.examinee(), message);
            }
        }
        if (connected.size() < load.examinees().size() || received.size() < connected.size()) {
            return false;
        }
        Map<ExamineeKey, SyncRecord> records = scenario.probe().records(load.examinees());
        return records.size() == connected.size()
                && received.values().stream()
                        .allMatch(message ->
                                Integer.valueOf(message.connection()).equals(connected.get(message.examinee()))
                                        && message.revision() != null
                                        && message.revision() == revision(records.get(message.examinee())));
    }

    private static long revision(@Nullable SyncRecord record) {
        return record == null ? -1 : record.revision();
    }

    private Instant lastReceipt() {
        return history.of(Event.Received.class)
                .map(Event::at)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** The number of successful connections per second since the instant, by start time. */
    TreeMap<Long, Long> arrivals(Instant since) {
        return history.of(Event.Subscribed.class)
                .map(subscribed -> subscribed.at().minus(subscribed.took()))
                .filter(began -> !began.isBefore(since))
                .collect(Collectors.groupingBy(
                        began -> Duration.between(since, began).toSeconds(), TreeMap::new, Collectors.counting()));
    }

    /** The number of connections that ended since the instant, by close code. */
    Map<Integer, Long> closeCodes(Instant since) {
        return history.of(Event.Disconnected.class)
                .filter(lost -> !lost.at().isBefore(since))
                .collect(Collectors.groupingBy(Event.Disconnected::code, TreeMap::new, Collectors.counting()));
    }

    /** Asserts that no browser received messages of others and that no status regressed. */
    void check() {
        List<String> wrong = Checker.strict()
                .check(
                        history.events(),
                        new FinalState(scenario.probe().records(load.examinees()), Map.of(), List.of()));
        assertThat(wrong).isEmpty();
    }

    @Override
    public void close() {
        load.close();
        balancer.close();
        scenario.probe().forgetIncomplete(load.examinees());
    }
}
