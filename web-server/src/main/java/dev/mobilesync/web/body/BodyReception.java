package dev.mobilesync.web.body;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.BodyReader;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the body of one request. Ends once, with the whole body or a failure; then the request is dispatched again.
 */
final class BodyReception implements BodyReader.Sink {

    private static final Logger log = LoggerFactory.getLogger(BodyReception.class);

    private final BodyRoute route;
    private final BodyRoute.Ticket ticket;
    private final BodySpool.Body body;
    private final WebServerProperties.Body properties;
    private final long startedAt = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable AsyncContext context;
    private volatile @Nullable ApiException failure;
    private volatile long received;
    private long windowStart = startedAt;
    private long windowReceived;

    BodyReception(BodyRoute route, BodyRoute.Ticket ticket, BodySpool.Body body, WebServerProperties.Body properties) {
        this.route = route;
        this.ticket = ticket;
        this.body = body;
        this.properties = properties;
    }

    /** Starts. The request is dispatched again when it ends. */
    void start(HttpServletRequest request) {
        AsyncContext started = request.startAsync();
        // The watch looks after the time.
        started.setTimeout(0);
        context = started;
        BodyReader.read(request, this);
    }

    @Override
    public boolean accept(ByteBuffer bytes) {
        if (ended.get()) {
            return false;
        }
        received += bytes.remaining();
        if (received > route.maxBytes()) {
            fail(new ApiException(route.tooLarge(), "the body is too large"));
            return false;
        }
        try {
            if (body.append(bytes)) {
                return true;
            }
            fail(new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many bodies are being received"));
        } catch (IOException e) {
            log.error("a body cannot be kept: mobile-sync.body.directory fails: {}", e.toString());
            fail(new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the body cannot be kept now", e));
        }
        return false;
    }

    @Override
    public void onComplete() {
        if (ended.compareAndSet(false, true)) {
            ticket.onReceived(this::dispatch);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        fail(new ApiException(route.damaged(), "the body is cut off", cause));
    }

    /** Fails a body that takes too long. Called about twice a second, by one thread. */
    void check(long now) {
        if (now - startedAt > properties.maxTime().toNanos()) {
            fail(new ApiException(
                    route.damaged(),
                    "the body took more than " + properties.maxTime().toSeconds() + " s"));
        } else if (now - windowStart > properties.rateWindow().toNanos()) {
            long least =
                    properties.minRate().toBytes() * properties.rateWindow().toSeconds();
            long total = received;
            if (total - windowReceived < least) {
                fail(new ApiException(
                        route.damaged(),
                        "the body came more slowly than " + properties.minRate().toBytes() + " bytes a second"));
            }
            windowStart = now;
            windowReceived = total;
        }
    }

    private void fail(ApiException refusal) {
        if (ended.compareAndSet(false, true)) {
            failure = refusal;
            body.release();
            dispatch();
        }
    }

    private void dispatch() {
        AsyncContext started = context;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        try {
            started.dispatch();
        } catch (IllegalStateException e) {
            // The container has ended the request: its connection is gone.
            log.debug("a request ended before it was handled", e);
            close();
        }
    }

    /** The request with what was received. */
    HttpServletRequest received(HttpServletRequest request) {
        return new ReceivedRequest(request, body, failure);
    }

    boolean isOver() {
        return ended.get();
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            ended.set(true);
            body.release();
            ticket.close();
        }
    }
}
