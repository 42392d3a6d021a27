package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.RedisProcess;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a Redis acknowledge what its replica never gets, and counts what a failover then loses. */
final class Replication {

    private Replication() {}

    /** From now on the primary goes on alone: its replica is refused until the primary is started again. */
    static void standsStill(RedisProcess primary) {
        cli(primary, "acl", "setuser", "default", "-psync", "-sync");
        cli(primary, "client", "kill", "type", "replica");
    }

    /** Whose browser has heard that the picture was taken. */
    static Set<ExamineeKey> completed(Row row) {
        Set<ExamineeKey> found = new HashSet<>();
        row.history()
                .of(Event.Heard.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .forEach(message -> found.add(message.examinee()));
        return found;
    }

    /** Writes down how many of them have no completed record any more; fails if all have, as then nothing was tried. */
    static void seeLost(Row row, Set<ExamineeKey> completed) {
        Map<ExamineeKey, SyncRecord> records = row.facts().records(row.crowd().examinees());
        seeLost(row, completed, examinee -> {
            SyncRecord record = records.get(examinee);
            return record != null && record.status() == Status.COMPLETED;
        });
    }

    /** The same, asked of a server that nobody else speaks to yet: what is lost is soon made again. */
    static void seeLost(Row row, Set<ExamineeKey> completed, RedisProcess successor) {
        seeLost(row, completed, examinee -> cli(successor, "hget", Topology.recordKey(examinee), "status")
                .strip()
                .equals(Status.COMPLETED.name()));
    }

    private static void seeLost(Row row, Set<ExamineeKey> completed, Predicate<ExamineeKey> isKept) {
        long lost = completed.stream().filter(isKept.negate()).count();
        row.saw("%d of %d completed records lost", lost, completed.size());
        assertThat(lost).as("lost records").isPositive();
    }

    static String cli(RedisProcess redis, String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-p";
        all[1] = Integer.toString(redis.port());
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return redis.cli(all);
    }
}
