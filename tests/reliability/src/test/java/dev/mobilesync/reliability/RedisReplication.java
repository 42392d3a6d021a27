package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.RedisProcess;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.springframework.dao.DataAccessException;

/** Makes a Redis acknowledge what its replica never gets, and counts what a failover then loses. */
final class RedisReplication {

    private RedisReplication() {}

    /** From now on the primary refuses its replica, until it is started again. */
    static void stopReplication(RedisProcess primary) {
        primary.cli("acl", "setuser", "default", "-psync", "-sync");
        primary.cli("client", "kill", "type", "replica");
    }

    /** Whose browser has heard that the picture was taken. */
    static Set<ExamineeKey> completed(FaultScenario scenario) {
        Set<ExamineeKey> found = new HashSet<>();
        scenario.history()
                .of(Event.Received.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .forEach(message -> found.add(message.examinee()));
        return found;
    }

    /** Writes down how many of them have no completed record any more; fails if all have, as then nothing was tried. */
    static void assertLost(FaultScenario scenario, Set<ExamineeKey> completed) {
        Map<ExamineeKey, SyncRecord> records = readWhileFailingOver(scenario);
        assertLost(scenario, completed, examinee -> {
            SyncRecord record = records.get(examinee);
            return record != null && record.status() == Status.COMPLETED;
        });
    }

    /** A read may fail while the cluster's nodes still disagree about who the primary is. */
    private static Map<ExamineeKey, SyncRecord> readWhileFailingOver(FaultScenario scenario) {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(DataAccessException.class)
                .until(() -> scenario.probe().records(scenario.load().examinees()), records -> true);
    }

    /** The same, asked of a server that no service uses yet: what is lost is soon made again. */
    static void assertLost(FaultScenario scenario, Set<ExamineeKey> completed, RedisProcess successor) {
        assertLost(scenario, completed, examinee -> successor
                .cli("hget", RedisKeys.record(examinee), "status")
                .strip()
                .equals(Status.COMPLETED.name()));
    }

    private static void assertLost(FaultScenario scenario, Set<ExamineeKey> completed, Predicate<ExamineeKey> isKept) {
        long lost = completed.stream().filter(isKept.negate()).count();
        scenario.note("%d of %d completed records lost", lost, completed.size());
        assertThat(lost).as("lost records").isPositive();
    }
}
