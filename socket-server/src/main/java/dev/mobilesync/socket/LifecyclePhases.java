package dev.mobilesync.socket;

/**
 * The order in which beans start; they stop in the reverse order. Spring's web server starts and stops between
 * {@link #BROADCASTS} and {@link #SESSIONS}, in the phases {@code START_STOP_LIFECYCLE_PHASE} and
 * {@code GRACEFUL_SHUTDOWN_PHASE} of {@code WebServerApplicationContext}. The publisher of common-service starts first. Its
 * {@code ReadinessDrain} stops first.
 */
public final class LifecyclePhases {

    /** The threads that send current states. */
    public static final int WORKERS = 100;

    /** The consumer of broadcasts. If another instance uses its queue, startup fails before the port opens. */
    public static final int BROADCASTS = 200;

    /** The connections. They close after the drain period, when load balancers no longer route to this instance. */
    public static final int SESSIONS = Integer.MAX_VALUE - 1;

    private LifecyclePhases() {}
}
