package dev.mobilesync.socket.http;

import org.jspecify.annotations.Nullable;

/**
 * The client of a request.
 *
 * @param scheme {@code http} or {@code https}
 * @param port the port that the client used, if a proxy reported it
 */
record ForwardedClient(
        String address, String scheme, @Nullable Integer port) {}
