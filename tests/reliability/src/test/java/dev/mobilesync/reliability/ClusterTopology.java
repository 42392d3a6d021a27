package dev.mobilesync.reliability;

import java.util.Map;

/**
 * How many of what a cluster has, and which settings its services have besides those of {@link ServiceInstance}. Scenarios run
 * in this order, so that each cluster is started once.
 */
enum ClusterTopology {
    /** Two of each service and a third socket-server, one broker node, one Redis. */
    STANDARD(1, 0, Map.of()),
    /** {@link #STANDARD} with a reconciliation of what was lost every few seconds. Uses the same servers. */
    SWEEPING(1, 0, Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s")),
    /** The broker is a cluster of three. */
    BROKER_CLUSTER(3, 0, Map.of()),
    /**
     * Redis is a cluster of three primaries with a replica each; what was lost is reconciled every few seconds, and the
     * sockets of a token are counted.
     */
    REDIS_CLUSTER(1, 6, Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s", "MOBILE_SYNC_LIMITS_CONNECTIONS_PER_TOKEN", "10"));

    static final int WEB_SERVERS = 2;
    static final int STATE_MANAGERS = 2;

    final int brokerNodes;
    /** 0: no cluster; otherwise half of them replicas. */
    final int redisClusterNodes;

    final Map<String, String> settings;

    ClusterTopology(int brokerNodes, int redisClusterNodes, Map<String, String> settings) {
        this.brokerNodes = brokerNodes;
        this.redisClusterNodes = redisClusterNodes;
        this.settings = settings;
    }

    /** Three where they share one broker node and one Redis, else two. */
    int socketServers() {
        return brokerNodes == 1 && redisClusterNodes == 0 ? 3 : 2;
    }

    boolean hasServersOf(ClusterTopology other) {
        return brokerNodes == other.brokerNodes && redisClusterNodes == other.redisClusterNodes;
    }
}
