package dev.mobilesync.testsupport;

import java.util.ArrayDeque;
import java.util.Deque;

/** The resources that test classes share. When the JVM ends, they are closed one by one, in reverse order. */
public final class SharedResources {

    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedResources::closeAll, "close-shared-resources"));
    }

    private SharedResources() {}

    public static synchronized void closeAtEnd(AutoCloseable resource) {
        OPEN.push(resource);
    }

    private static synchronized void closeAll() {
        while (!OPEN.isEmpty()) {
            try {
                OPEN.pop().close();
            } catch (Exception e) {
                System.err.println("could not close a shared resource: " + e);
            }
        }
    }
}
