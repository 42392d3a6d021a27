package dev.mobilesync.reliability;

/** The scenarios of the suite. The label is the first cell of a row in the report and in docs/reliability.md. */
enum ScenarioName {
    NO_FAULT("no fault; two instances of each service"),
    BROKER_KILLED("RabbitMQ killed and restarted"),
    BROKER_DISK_ALARM("RabbitMQ raises its disk alarm"),
    BROKER_MEMORY_ALARM("RabbitMQ raises its memory alarm"),
    REDIS_OUTAGE("Redis unavailable for 60 s"),
    REDIS_HANGS("Redis hangs"),
    SOCKET_SERVERS_RESTARTED("two of three socket-servers restarted in turn"),
    SOCKET_SERVER_KILLED("one of three socket-servers killed"),
    REDIS_FAILOVER("failover to a replica that lacks acknowledged writes"),
    REDIS_CLUSTER_PRIMARY_LOST("primary of a Redis Cluster lost, with acknowledged writes"),
    REDIS_CLUSTER_SHARD_OUTAGE("primary and replica of a Redis Cluster unavailable"),
    STATE_MANAGER_KILLED_AFTER_WRITE("state-manager killed after the write"),
    STATE_MANAGER_KILLED_AFTER_BROADCAST("state-manager killed after the broadcast"),
    STATE_MANAGER_KILLED_AFTER_RECEIPT("state-manager killed after receipt"),
    HALF_OPEN_BROWSERS("half-open connections of browsers"),
    SLOW_BROWSERS("browsers that read one byte per second"),
    BROKER_LEADER_KILLED("the RabbitMQ node that leads status_queue killed"),
    BROKER_FOLLOWER_KILLED("one of three RabbitMQ nodes killed"),
    UNPROCESSABLE_MESSAGES("1,000 unprocessable messages at once"),
    CONFIRMS_LATE("confirms later than the limit"),
    CONFIRMS_LOST("confirms lost"),
    QUEUE_MISSING("status_queue missing: messages returned"),
    CONFIRMS_NEGATIVE("confirms negative: status_queue full, state-manager stopped"),
    WEB_SERVER_KILLED_BEFORE_PUT("web-server killed before PUT"),
    WEB_SERVER_KILLED_DURING_PUT("web-server killed during PUT"),
    WEB_SERVER_KILLED_BEFORE_PUBLISH("web-server killed between PUT and publish; phones do not retry"),
    WEB_SERVER_KILLED_BEFORE_CONFIRM("web-server killed between PUT and confirm"),
    CLOCK_DIFFERENCE("clocks of two state-managers 60 s apart"),
    STATE_MANAGER_KILLED_DURING_LEASE("state-manager killed while it leases deadlines"),
    STORE_REJECTS("S3 server answers 503"),
    STORE_FULL("S3 server's disk full"),
    STORE_SLOW("S3 server slow"),
    STORE_HANGS("S3 server hangs"),
    STORE_ABORTS("S3 server closes connections within responses"),
    ROLLING_RESTART("rolling restart of every service (SIGTERM)"),
    UPGRADE("rolling update from the previous release"),
    ROLLBACK("rolling update back to the previous release");

    private final String label;

    ScenarioName(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
