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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * state-manager is killed while it has messages in hand, and not started again: the other instance completes each of
 * them, once, and tells again what may not have been told.
 */
@OnRig(Shape.STANDARD)
class StateManagerKilledIT {

    private static final int IN_HAND = 5;
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    @Test
    @Tag("slow")
    void afterReceipt(Rig rig) throws Exception {
        Row.run(rig, "state-manager killed after receipt", Load.usual(), row -> {
            ServiceInstance state = rig.state(0);
            row.awaitTaken(10);
            row.fault("nothing gets from state-manager-1 to Redis", () -> state.redis()
                    .freeze());
            row.await(
                    "messages in hand",
                    () -> state.metric("mobile_sync_parked") >= IN_HAND
                            && !takenNotCompleted(row).isEmpty());
            Set<ExamineeKey> inHand = takenNotCompleted(row);
            kill(row, state, inHand.size() + " in hand");
            row.await("completed by the other one", () -> takenNotCompleted(row).stream()
                    .noneMatch(inHand::contains));
        });
    }

    @Test
    void afterTheWrite(Rig rig) throws Exception {
        Row.run(rig, "state-manager killed after the write", Load.usual(), row -> {
            ServiceInstance state = rig.state(0);
            Broadcasts told = row.broadcasts();
            row.awaitTaken(10);
            row.fault(
                    "nothing gets from state-manager-1 to the broker",
                    () -> state.broker().requests().blackhole());
            row.await(
                    "records that nobody was told of",
                    () -> writtenNotTold(row, told).size() >= IN_HAND);
            Set<ExamineeKey> written = writtenNotTold(row, told);
            Instant killed = kill(row, state, written.size() + " written and not told");
            row.await("told by the other one", () -> told.since(killed, Status.COMPLETED, written)
                    .containsAll(written));
        });
    }

    @Test
    @Tag("slow")
    void afterTheBroadcast(Rig rig) throws Exception {
        Row.run(rig, "state-manager killed after the broadcast", Load.usual(), row -> {
            ServiceInstance state = rig.state(0);
            Broadcasts told = row.broadcasts();
            // Everybody has come: nothing but pictures is told from now on.
            row.awaitTaken(60);
            // While it stands still its messages pile up; then it handles several at once, one in each thread.
            row.fault("state-manager-1 stands still", state::suspend);
            row.await("messages in hand", () -> takenNotCompleted(row).size() >= 4 * IN_HAND);
            row.fault("state-manager-2 stands still", rig.state(1)::suspend);
            Set<ExamineeKey> inHand = takenNotCompleted(row);
            Instant before = Instant.now();
            row.fault("what the broker says to state-manager-1 is lost; it goes on", () -> {
                state.broker().answers().blackhole();
                state.resume();
            });
            row.await(
                    "broadcasts of those in hand",
                    () -> told.since(before, Status.COMPLETED, inHand).size() >= IN_HAND);
            Set<ExamineeKey> broadcast = told.since(before, Status.COMPLETED, inHand);
            Instant killed = kill(row, state, broadcast.size() + " told and not acknowledged");
            row.fault("state-manager-2 goes on", rig.state(1)::resume);
            row.await("told again by the other one", () -> told.since(killed, Status.COMPLETED, broadcast)
                    .containsAll(broadcast));
        });
    }

    private static Instant kill(Row row, ServiceInstance state, String seen) {
        row.saw("%s when it was killed", seen);
        row.fault("kill -9 state-manager-1", state::kill);
        return Instant.now();
    }

    /** Whose phone heard 201 a while ago, and whose record does not have that picture. */
    private static Set<ExamineeKey> takenNotCompleted(Row row) {
        Instant before = Instant.now().minus(A_WHILE);
        Map<ExamineeKey, SyncRecord> records = row.facts().records(row.crowd().examinees());
        Set<ExamineeKey> found = new HashSet<>();
        row.history()
                .of(Event.Answered.class)
                .filter(answer -> answer.status() == 201 && answer.at().isBefore(before))
                .filter(answer -> {
                    SyncRecord record = records.get(answer.examinee());
                    return record == null
                            || record.status() != Status.COMPLETED
                            || record.timestamp().isBefore(requireNonNull(answer.timestamp()));
                })
                .forEach(answer -> found.add(answer.examinee()));
        return found;
    }

    /** Whose record was completed a while ago, and nobody was told of it. A revision is Redis's time in microseconds. */
    private static Set<ExamineeKey> writtenNotTold(Row row, Broadcasts told) {
        long before = Instant.now().minus(A_WHILE).toEpochMilli() * 1_000;
        Map<ExamineeKey, SyncRecord> records =
                new HashMap<>(row.facts().records(row.crowd().examinees()));
        records.values()
                .removeIf(record -> record.status() != Status.COMPLETED
                        || record.revision() > before
                        || told.knows(record.examinee(), record.revision()));
        return records.keySet();
    }
}
