package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.RedisProcess;
import io.lettuce.core.cluster.SlotHash;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A primary of a Redis Cluster and its replica.
 *
 * @param slots the hash slots whose keys they store
 */
record RedisShard(RedisProcess primary, RedisProcess replica, BitSet slots) {

    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int PRIMARY = 3;
    private static final int SLOTS = 8;

    /** All complete shards, according to a node. */
    static List<RedisShard> all(List<RedisProcess> nodes) {
        Map<String, RedisProcess> primaries = new HashMap<>();
        Map<String, RedisProcess> replicas = new HashMap<>();
        Map<String, BitSet> slots = new HashMap<>();
        nodes.get(0)
                .cli("cluster", "nodes")
                .lines()
                .map(line -> line.split(" "))
                .forEach(node -> {
                    RedisProcess redis = nodes.stream()
                            .filter(each -> node[ADDRESS].startsWith(each.address() + "@"))
                            .findFirst()
                            .orElseThrow();
                    if (!node[FLAGS].contains("fail")) {
                        if (node[FLAGS].contains("master")) {
                            primaries.put(node[ID], redis);
                            slots.put(node[ID], slots(node));
                        } else {
                            replicas.put(node[PRIMARY], redis);
                        }
                    }
                });
        return primaries.entrySet().stream()
                .filter(primary -> replicas.containsKey(primary.getKey()))
                .map(primary -> new RedisShard(
                        primary.getValue(),
                        Objects.requireNonNull(replicas.get(primary.getKey())),
                        Objects.requireNonNull(slots.get(primary.getKey()))))
                .toList();
    }

    /** Reads ranges such as {@code 0-5460} from a line of {@code CLUSTER NODES}. */
    private static BitSet slots(String[] node) {
        BitSet slots = new BitSet();
        for (String range : List.of(node).subList(SLOTS, node.length)) {
            String[] ends = range.split("-");
            slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
        }
        return slots;
    }

    /** The shard with most of the records. The ids of a plan differ in few characters, so a shard may have none of them. */
    static RedisShard withMostOf(List<ExamineeKey> examinees, List<RedisProcess> nodes) {
        return all(nodes).stream()
                .max(Comparator.comparing(shard -> shard.count(examinees)))
                .orElseThrow();
    }

    private long count(List<ExamineeKey> examinees) {
        return examinees.stream()
                .filter(examinee -> slots.get(SlotHash.getSlot(RedisKeys.record(examinee))))
                .count();
    }

    boolean isInSync() {
        return replica.cli("info", "replication").contains("master_link_status:up");
    }

    boolean replicaHasTakenOver() {
        return replica.cli("info", "replication").contains("role:master");
    }
}
