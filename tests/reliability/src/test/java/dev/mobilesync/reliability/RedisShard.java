package dev.mobilesync.reliability;

import dev.mobilesync.testsupport.RedisProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A primary of a Redis Cluster and its replica. */
record RedisShard(RedisProcess primary, RedisProcess replica) {

    private static final int ID = 0;
    private static final int ADDRESS = 1;
    private static final int FLAGS = 2;
    private static final int PRIMARY = 3;

    /** All complete shards, according to a node. */
    static List<RedisShard> all(List<RedisProcess> nodes) {
        Map<String, RedisProcess> primaries = new HashMap<>();
        Map<String, RedisProcess> replicas = new HashMap<>();
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
                        } else {
                            replicas.put(node[PRIMARY], redis);
                        }
                    }
                });
        return primaries.entrySet().stream()
                .filter(primary -> replicas.containsKey(primary.getKey()))
                .map(primary ->
                        new RedisShard(primary.getValue(), Objects.requireNonNull(replicas.get(primary.getKey()))))
                .toList();
    }

    boolean isInSync() {
        return replica.cli("info", "replication").contains("master_link_status:up");
    }

    boolean replicaHasTakenOver() {
        return replica.cli("info", "replication").contains("role:master");
    }
}
