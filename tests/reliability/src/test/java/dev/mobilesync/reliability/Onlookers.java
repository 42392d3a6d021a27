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

/** Many examinees who wait, beside those of a row: browsers without phones, to be seen coming back. */
final class Onlookers implements AutoCloseable {

    private static final int ARRIVALS_PER_SECOND = 150;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Row row;
    private final History history = new History();
    private final Balancer balancer;
    private final Crowd crowd;

    Onlookers(Row row, int count) {
        this.row = row;
        balancer = new Balancer(row.rig().socketServers());
        Load load = Load.of(count, Duration.ofSeconds(1 + count / ARRIVALS_PER_SECOND));
        crowd = new Crowd(history, load, row.plan() + "o", row.rig().webBalancer(), balancer, count);
    }

    /**
     * They come, and wait.
     *
     * @param where all of them, or {@code null}: spread over all instances
     */
    void come(@Nullable ServiceInstance where) {
        balancer.sendAllTo(where);
        crowd.startBrowsers();
        await("all sockets are there");
        balancer.sendAllTo(null);
    }

    /** Until everybody has a subscription in force, and has heard the record's state on it. Returns how long that took since then. */
    Duration awaitBack(Instant since) {
        await("all sockets are back");
        return Duration.between(since, lastHeard());
    }

    private void await(String what) {
        Awaitility.await()
                .alias(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(this::allKnowTheirState);
    }

    private boolean allKnowTheirState() {
        Map<ExamineeKey, Integer> connected = new HashMap<>();
        Map<ExamineeKey, Event.Heard> heard = new HashMap<>();
        for (Event event : history.events()) {
            if (event instanceof Event.Subscribed subscribed) {
                connected.put(subscribed.examinee(), subscribed.connection());
            } else if (event instanceof Event.Disconnected lost) {
                connected.remove(lost.examinee(), lost.connection());
            } else if (event instanceof Event.Heard message && message.revision() != null) {
                heard.put(message.examinee(), message);
            }
        }
        if (connected.size() < crowd.examinees().size() || heard.size() < connected.size()) {
            return false;
        }
        Map<ExamineeKey, SyncRecord> records = row.facts().records(crowd.examinees());
        return records.size() == connected.size()
                && heard.values().stream()
                        .allMatch(message ->
                                Integer.valueOf(message.connection()).equals(connected.get(message.examinee()))
                                        && message.revision() != null
                                        && message.revision() == revision(records.get(message.examinee())));
    }

    private static long revision(@Nullable SyncRecord record) {
        return record == null ? -1 : record.revision();
    }

    private Instant lastHeard() {
        return history.of(Event.Heard.class)
                .map(Event::at)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** How many came in each second since then: when those began who got in. */
    TreeMap<Long, Long> arrivals(Instant since) {
        return history.of(Event.Subscribed.class)
                .map(subscribed -> subscribed.at().minus(subscribed.took()))
                .filter(began -> !began.isBefore(since))
                .collect(Collectors.groupingBy(
                        began -> Duration.between(since, began).toSeconds(), TreeMap::new, Collectors.counting()));
    }

    /** How many connections ended since then, and how: by the WebSocket's code. */
    Map<Integer, Long> ends(Instant since) {
        return history.of(Event.Disconnected.class)
                .filter(lost -> !lost.at().isBefore(since))
                .collect(Collectors.groupingBy(Event.Disconnected::code, TreeMap::new, Collectors.counting()));
    }

    /** That nobody heard what is not theirs, and nothing went back. */
    void check() {
        List<String> wrong = Checker.strict()
                .check(history.events(), new FinalState(row.facts().records(crowd.examinees()), Map.of(), List.of()));
        assertThat(wrong).isEmpty();
    }

    @Override
    public void close() {
        crowd.close();
        balancer.close();
    }
}
