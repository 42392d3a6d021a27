package dev.mobilesync.socket;

/** What starts before what, and stops after it. The web server's own phases lie between the last two. */
public final class LifecyclePhases {

    /** Snapshots. The publisher, which all services share, starts before. */
    public static final int WORKERS = 100;

    /** The broadcasts' consumer: a second instance on one queue fails before it takes a connection. */
    public static final int BROADCASTS = 200;

    /** The connections: told to come back elsewhere when load balancers send nobody here any more. */
    public static final int SESSIONS = Integer.MAX_VALUE - 1;

    private LifecyclePhases() {}
}
