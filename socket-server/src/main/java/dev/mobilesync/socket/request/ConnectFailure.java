package dev.mobilesync.socket.request;

import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A CONNECT that failed after its frame was handled. */
final class ConnectFailure {

    private static final Logger log = LoggerFactory.getLogger(ConnectFailure.class);

    private ConnectFailure() {}

    /** Returns why the failure ends the connection. Logs an unexpected failure. */
    static DisconnectReason reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof FrameRejectedException rejection) {
            return rejection.reason();
        }
        if (cause instanceof RejectedExecutionException) {
            return DisconnectReason.OVERLOADED;
        }
        log.error("could not handle a CONNECT frame", failure);
        return DisconnectReason.SERVER_ERROR;
    }
}
