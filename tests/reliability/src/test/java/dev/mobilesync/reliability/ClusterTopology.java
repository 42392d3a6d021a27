package dev.mobilesync.reliability;

import java.util.Map;

/**
 * The servers and services of a cluster, and settings in addition to those of {@link ServiceEnvironment}. Scenarios run in this
 * order, so that each cluster starts once.
 */
enum ClusterTopology {
    /** Two of each service and a third socket-server, one broker node, one Redis. */
    STANDARD(1, 0, Map.of()),
    /** {@link #STANDARD} with reconciliation every few seconds, on the same servers. */
    SWEEPING(1, 0, Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s")),
    /** A broker cluster of three nodes. */
    BROKER_CLUSTER(3, 0, Map.of()),
    /**
     * A Redis Cluster of three primaries with one replica each, with reconciliation every few seconds and a limit of connections per
     * token.
     */
    REDIS_CLUSTER(1, 6, Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s", "MOBILE_SYNC_LIMITS_CONNECTIONS_PER_TOKEN", "10"));

    static final int WEB_SERVERS = 2;
    static final int STATE_MANAGERS = 2;

    final int brokerNodes;
    /** 0 without a Redis Cluster; otherwise half of the nodes are replicas. */
    final int redisClusterNodes;

    final Map<String, String> settings;

    ClusterTopology(int brokerNodes, int redisClusterNodes, Map<String, String> settings) {
        this.brokerNodes = brokerNodes;
        this.redisClusterNodes = redisClusterNodes;
        this.settings = settings;
    }

    /** Three with one broker node and one Redis, otherwise two. */
    int socketServers() {
        return brokerNodes == 1 && redisClusterNodes == 0 ? 3 : 2;
    }

    boolean hasServersOf(ClusterTopology other) {
        return brokerNodes == other.brokerNodes && redisClusterNodes == other.redisClusterNodes;
    }
}
