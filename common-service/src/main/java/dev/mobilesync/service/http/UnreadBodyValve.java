package dev.mobilesync.service.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Sends the response to a request at once even if its body was not read completely. The rest of the body is then discarded
 * without blocking a thread, up to a time and a size, so that a client that writes first receives the response before the
 * connection is closed. Tomcat would read the rest on a worker thread, which blocks for each packet.
 */
final class UnreadBodyValve extends ValveBase {

    private static final Duration MAX_TIME = Duration.ofSeconds(5);
    /** Equal to Tomcat's own limit, {@code server.tomcat.max-swallow-size}, for bodies that Tomcat discards itself. */
    private static final long MAX_BYTES = 16 * 1024 * 1024;

    UnreadBodyValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        BodyReader.prepare(request);
        getNext().invoke(request, response);
        if (request.isAsync() || request.getCoyoteRequest().isFinished()) {
            return;
        }
        if (request.getContext() == null || hasFailed(request)) {
            // After a malformed request Tomcat closes the connection, even if something asynchronous has just started.
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
            return;
        }
        response.flushBuffer();
        request.setAsyncSupported(true);
        AsyncContext context = request.startAsync(request.getRequest(), response.getResponse());
        context.setTimeout(MAX_TIME.toMillis());
        Discarding discarding = new Discarding(request, context);
        context.addListener(discarding);
        BodyReader.read(request.getRequest(), discarding);
    }

    private static boolean hasFailed(Request request) {
        AtomicBoolean failed = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.IS_ERROR, failed);
        return failed.get();
    }

    /** Discards a body. If it ends in time, the connection stays open. */
    private static final class Discarding implements BodyReader.Sink, AsyncListener {

        private final Request request;
        private final AsyncContext context;
        private final AtomicBoolean ended = new AtomicBoolean();
        private long bytes;

        Discarding(Request request, AsyncContext context) {
            this.request = request;
            this.context = context;
        }

        @Override
        public boolean accept(ByteBuffer chunk) {
            bytes += chunk.remaining();
            if (bytes <= MAX_BYTES) {
                return true;
            }
            close();
            return false;
        }

        @Override
        public void onComplete() {
            if (ended.compareAndSet(false, true)) {
                context.complete();
            }
        }

        @Override
        public void onFailure(Throwable failure) {
            close();
        }

        private void close() {
            if (ended.compareAndSet(false, true)) {
                request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
                // Otherwise Tomcat reports an error, and counts the request as active forever.
                request.getResponse().setErrorReported();
                context.complete();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            close();
        }

        @Override
        public void onError(AsyncEvent event) {
            close();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // nothing to do
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // processing is not restarted
        }
    }
}
