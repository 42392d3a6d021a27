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

/** Makes a Redis acknowledge writes that its replica never receives, and counts the records that a failover loses. */
final class RedisReplication {

    private RedisReplication() {}

    /** Makes the primary reject its replica until the primary restarts. */
    static void stopReplication(RedisProcess primary) {
        primary.cli("acl", "setuser", "default", "-psync", "-sync");
        primary.cli("client", "kill", "type", "replica");
    }

    /** The examinees whose browser received the completion. */
    static Set<ExamineeKey> completed(FaultScenario scenario) {
        Set<ExamineeKey> found = new HashSet<>();
        scenario.history()
                .of(Event.Received.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .forEach(message -> found.add(message.examinee()));
        return found;
    }

    /** Reports how many of the examinees lost their completed record; fails if none did, as the fault then had no effect. */
    static void assertLost(FaultScenario scenario, Set<ExamineeKey> completed) {
        Map<ExamineeKey, SyncRecord> records = readWhileFailingOver(scenario);
        assertLost(scenario, completed, examinee -> {
            SyncRecord record = records.get(examinee);
            return record != null && record.status() == Status.COMPLETED;
        });
    }

    /** Reads may fail while the cluster's nodes disagree about the primary. */
    private static Map<ExamineeKey, SyncRecord> readWhileFailingOver(FaultScenario scenario) {
        return Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(DataAccessException.class)
                .until(() -> scenario.probe().records(scenario.load().examinees()), records -> true);
    }

    /** The same for a server that no service uses yet, because services soon rebuild lost records. */
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
