package dev.mobilesync.benchmarks.report;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What is measured side by side: mobile-sync, and what a team would build instead. */
public enum Implementation {
    MOBILE_SYNC("mobile-sync"),
    /** The bare hops of a state change, or one WebSocket per examinee: {@code amqplib}, {@code ioredis} and {@code ws}. */
    NODE("Node (bare)"),
    /** The Java client libraries of the store, the broker and Redis, in one program. */
    JAVA("Java (bare)"),
    SOCKET_IO("Socket.IO"),
    /** Spring's simple broker with its defaults. */
    SIMPLE_BROKER("Spring's simple broker");

    private static final Set<Implementation> SOCKET_SERVERS =
            Collections.unmodifiableSet(EnumSet.of(MOBILE_SYNC, NODE, SOCKET_IO, SIMPLE_BROKER));

    private final String label;

    Implementation(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Those with a server for browsers, in the order in which they are measured. */
    public static Set<Implementation> socketServers() {
        return SOCKET_SERVERS;
    }
}
