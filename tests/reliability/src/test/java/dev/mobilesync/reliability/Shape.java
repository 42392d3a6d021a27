package dev.mobilesync.reliability;

import java.util.Map;

/** How many of what a rig has. */
enum Shape {
    /** Two of each service, one broker node, one Redis. */
    STANDARD(2, 2, 2, 1, 0, Map.of()),
    /** {@link #STANDARD} with a third socket-server. */
    THREE_SOCKET_SERVERS(2, 2, 3, 1, 0, Map.of()),
    /** The broker is a cluster of three. */
    BROKER_CLUSTER(2, 2, 2, 3, 0, Map.of()),
    /** {@link #STANDARD}, and what was lost is looked for every few seconds. */
    SWEEPING(2, 2, 2, 1, 0, Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s")),
    /**
     * Redis is a cluster of three primaries with a replica each; what was lost is looked for every few seconds, and the
     * sockets of a token are counted.
     */
    REDIS_CLUSTER(
            2,
            2,
            2,
            1,
            6,
            Map.of("MOBILE_SYNC_SWEEP_INTERVAL", "5s", "MOBILE_SYNC_LIMITS_CONNECTIONS_PER_TOKEN", "10"));

    final int webServers;
    final int stateManagers;
    final int socketServers;
    final int brokerNodes;
    /** 0: no cluster; otherwise half of them replicas. */
    final int redisClusterNodes;
    /** Of all services, on top of those that all rigs have. */
    final Map<String, String> settings;

    Shape(
            int webServers,
            int stateManagers,
            int socketServers,
            int brokerNodes,
            int redisClusterNodes,
            Map<String, String> settings) {
        this.webServers = webServers;
        this.stateManagers = stateManagers;
        this.socketServers = socketServers;
        this.brokerNodes = brokerNodes;
        this.redisClusterNodes = redisClusterNodes;
        this.settings = settings;
    }
}
