package dev.mobilesync.standalone;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells to which service of this JVM a line of the log belongs. Each service starts in a thread group of its name, which the
 * threads that it creates inherit. Threads that the JVM shares, such as those of its common pool, belong to none.
 */
final class ServiceThreads {

    static final String WEB_SERVER = "web-server";
    static final String STATE_MANAGER = "state-manager";
    static final String SOCKET_SERVER = "socket-server";

    private static final String NO_SERVICE = "mobile-sync";
    private static final Set<String> SERVICES = Set.of(WEB_SERVER, STATE_MANAGER, SOCKET_SERVER);
    private static final Map<String, String> PACKAGES = Map.of(
            "dev.mobilesync.web.", WEB_SERVER,
            "dev.mobilesync.state.", STATE_MANAGER,
            "dev.mobilesync.socket.", SOCKET_SERVER);

    private ServiceThreads() {}

    /** All results of {@link #serviceOf}. */
    static Set<String> names() {
        return Set.of(WEB_SERVER, STATE_MANAGER, SOCKET_SERVER, NO_SERVICE);
    }

    /** Creates the thread with which a service starts. */
    static Thread newStartThread(String service, Runnable task) {
        return new Thread(new ThreadGroup(service), task, "mobile-sync-start");
    }

    /** Returns the service that writes with this logger in the current thread, or {@code mobile-sync}. */
    static String serviceOf(String logger) {
        for (Map.Entry<String, String> entry : PACKAGES.entrySet()) {
            if (logger.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        for (@Nullable ThreadGroup group = Thread.currentThread().getThreadGroup();
                group != null;
                group = group.getParent()) {
            if (SERVICES.contains(group.getName())) {
                return group.getName();
            }
        }
        return NO_SERVICE;
    }
}
