package dev.mobilesync.socket;

/** The order in which beans start; they stop in the reverse order. The web server's phases lie between the last two. */
public final class LifecyclePhases {

    /** The snapshot workers. The publisher of common-service starts earlier. */
    public static final int WORKERS = 100;

    /** The consumer of broadcasts. An instance whose queue is in use fails before it accepts connections. */
    public static final int BROADCASTS = 200;

    /** The connections. They close after load balancers have stopped routing to this instance. */
    public static final int SESSIONS = Integer.MAX_VALUE - 1;

    private LifecyclePhases() {}
}
