package dev.mobilesync.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/** Assertions about an embedded server that cannot start. */
final class StartFailures {

    private StartFailures() {}

    /** The server names a port in use, and then starts in the same directory on a free one. */
    static void assertNamesPortInUse(String server, IntFunction<? extends AutoCloseable> start) throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            assertThatThrownBy(() -> start.apply(other.getLocalPort()))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContainingAll(server, "port " + other.getLocalPort());
        }
        start.apply(0).close();
    }

    /** The server names a directory that another server of this process uses. */
    static void assertNamesDirectoryInUse(String server, Path dir, Callable<?> start) throws Exception {
        assertThatThrownBy(start::call)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContainingAll(dir.toRealPath().toString(), server, "in use by this process");
    }
}
