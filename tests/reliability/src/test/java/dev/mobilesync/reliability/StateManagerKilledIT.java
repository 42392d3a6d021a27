package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * state-manager is killed with messages in flight and not restarted. The other instance processes each message once and
 * republishes states that may not have been published.
 */
@WithCluster
class StateManagerKilledIT {

    private static final int IN_FLIGHT = 5;
    /** All browsers open within three seconds; the pictures follow. */
    private static final LoadProfile BROWSERS_FIRST =
            LoadProfile.of(150, 60).withFirstPicture(Duration.ofSeconds(4), Duration.ofSeconds(11));

    private static final Duration MIN_AGE = Duration.ofSeconds(1);

    @Test
    void recoversWhenKilledAfterReceipt(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STATE_MANAGER_KILLED_AFTER_RECEIPT, LoadProfile.usual(), scenario -> {
            ServiceInstance state = cluster.state(0);
            scenario.awaitCaptured(25);
            scenario.fault("block the data from state-manager-1 to Redis", state.redis()::freeze);
            scenario.await(
                    "messages in flight",
                    () -> state.metric("mobile_sync_pending_retries") >= IN_FLIGHT
                            && !capturedNotCompleted(scenario).isEmpty());
            Set<ExamineeKey> inFlight = capturedNotCompleted(scenario);
            kill(scenario, state, inFlight.size() + " in flight");
            scenario.await("completed by the other instance", () -> capturedNotCompleted(scenario).stream()
                    .noneMatch(inFlight::contains));
        });
    }

    @Test
    void recoversWhenKilledAfterWrite(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STATE_MANAGER_KILLED_AFTER_WRITE, LoadProfile.usual(), scenario -> {
            ServiceInstance state = cluster.state(0);
            BroadcastRecorder broadcasts = scenario.broadcasts();
            scenario.awaitCaptured(25);
            scenario.fault(
                    "discard the data from state-manager-1 to the broker",
                    () -> state.broker().requests().blackhole());
            scenario.await(
                    "records that were not broadcast",
                    () -> writtenNotBroadcast(scenario, broadcasts).size() >= IN_FLIGHT);
            Set<ExamineeKey> written = writtenNotBroadcast(scenario, broadcasts);
            Instant killed = kill(scenario, state, written.size() + " written and not broadcast");
            scenario.await(
                    "broadcast by the other instance",
                    () -> broadcasts.since(killed, Status.COMPLETED, written).containsAll(written));
        });
    }

    @Test
    void recoversWhenKilledAfterBroadcast(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STATE_MANAGER_KILLED_AFTER_BROADCAST, BROWSERS_FIRST, scenario -> {
            ServiceInstance state = cluster.state(0);
            BroadcastRecorder broadcasts = scenario.broadcasts();
            // All examinees have arrived, so only pictures are published from here on.
            scenario.awaitCaptured(25);
            // Messages accumulate while it is suspended; then it processes them as one batch.
            scenario.fault("SIGSTOP state-manager-1", state::suspend);
            scenario.await(
                    "messages in flight", () -> capturedNotCompleted(scenario).size() >= 4 * IN_FLIGHT);
            scenario.fault("SIGSTOP state-manager-2", cluster.state(1)::suspend);
            Set<ExamineeKey> inFlight = capturedNotCompleted(scenario);
            Instant before = Instant.now();
            scenario.fault("discard the data from the broker to state-manager-1; SIGCONT state-manager-1", () -> {
                state.broker().responses().blackhole();
                state.resume();
            });
            scenario.await(
                    "broadcasts of messages in flight",
                    () -> broadcasts.since(before, Status.COMPLETED, inFlight).size() >= IN_FLIGHT);
            Set<ExamineeKey> broadcast = broadcasts.since(before, Status.COMPLETED, inFlight);
            Instant killed = kill(scenario, state, broadcast.size() + " broadcast and not acknowledged");
            scenario.fault("SIGCONT state-manager-2", cluster.state(1)::resume);
            scenario.await(
                    "broadcast again by the other instance",
                    () -> broadcasts.since(killed, Status.COMPLETED, broadcast).containsAll(broadcast));
        });
    }

    private static Instant kill(FaultScenario scenario, ServiceInstance state, String observation) {
        scenario.note("%s when it was killed", observation);
        scenario.fault("kill -9 state-manager-1", state::kill);
        return Instant.now();
    }

    /** The examinees whose phone received 201 a while ago and whose record lacks that picture. */
    private static Set<ExamineeKey> capturedNotCompleted(FaultScenario scenario) {
        Instant before = Instant.now().minus(MIN_AGE);
        Map<ExamineeKey, SyncRecord> records =
                scenario.probe().records(scenario.load().examinees());
        Set<ExamineeKey> found = new HashSet<>();
        scenario.history()
                .of(Event.Answered.class)
                .filter(response -> response.status() == 201 && response.at().isBefore(before))
                .filter(response -> {
                    SyncRecord record = records.get(response.examinee());
                    return record == null
                            || record.status() != Status.COMPLETED
                            || record.timestamp().isBefore(requireNonNull(response.timestamp()));
                })
                .forEach(response -> found.add(response.examinee()));
        return found;
    }

    /** The examinees whose record was completed a while ago but not published. Revisions are Redis times in microseconds. */
    private static Set<ExamineeKey> writtenNotBroadcast(FaultScenario scenario, BroadcastRecorder broadcasts) {
        long before = Instant.now().minus(MIN_AGE).toEpochMilli() * 1_000;
        Map<ExamineeKey, SyncRecord> records =
                new HashMap<>(scenario.probe().records(scenario.load().examinees()));
        records.values()
                .removeIf(record -> record.status() != Status.COMPLETED
                        || record.revision() > before
                        || broadcasts.contains(record.examinee(), record.revision()));
        return records.keySet();
    }
}
