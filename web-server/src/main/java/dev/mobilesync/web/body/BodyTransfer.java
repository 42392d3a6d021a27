package dev.mobilesync.web.body;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.BodyReader;
import dev.mobilesync.web.body.BodyRoute.AdmittedRequest;
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
 * The transfer of one request's body. It ends once, with the whole body or a failure. Then the request is dispatched again.
 */
final class BodyTransfer implements BodyReader.Sink {

    private static final Logger log = LoggerFactory.getLogger(BodyTransfer.class);

    private final BodyRoute route;
    private final AdmittedRequest admitted;
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

    BodyTransfer(BodyRoute route, AdmittedRequest admitted, BodySpool.Body body, WebServerProperties.Body properties) {
        this.route = route;
        this.admitted = admitted;
        this.body = body;
        this.properties = properties;
    }

    void start(HttpServletRequest request) {
        AsyncContext started = request.startAsync();
        // BodyTransfers limits the time.
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
            fail(new ApiException(route.tooLargeError(), "the body is too large"));
            return false;
        }
        try {
            if (body.append(bytes)) {
                return true;
            }
            fail(new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many bodies are being received"));
        } catch (IOException e) {
            log.error("cannot buffer a body: writing to mobile-sync.body.directory failed: {}", e.toString());
            fail(new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the server cannot buffer the body at the moment", e));
        }
        return false;
    }

    @Override
    public void onComplete() {
        if (ended.compareAndSet(false, true)) {
            admitted.onReceived(this::dispatch);
        }
    }

    @Override
    public void onFailure(Throwable cause) {
        fail(new ApiException(route.incompleteError(), "the body is cut off", cause));
    }

    /** Fails a body that is too slow. Called about twice per second, by one thread. */
    void check(long now) {
        if (now - startedAt > properties.maxTime().toNanos()) {
            fail(new ApiException(
                    route.incompleteError(),
                    "the body took more than " + properties.maxTime().toSeconds() + " s"));
        } else if (now - windowStart > properties.rateWindow().toNanos()) {
            long minimum =
                    properties.minRate().toBytes() * properties.rateWindow().toSeconds();
            long total = received;
            if (total - windowReceived < minimum) {
                fail(new ApiException(
                        route.incompleteError(),
                        "the body arrived more slowly than "
                                + properties.minRate().toBytes() + " bytes/s"));
            }
            windowStart = now;
            windowReceived = total;
        }
    }

    private void fail(ApiException rejection) {
        if (ended.compareAndSet(false, true)) {
            failure = rejection;
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
            // The container has ended the request, because its connection is closed.
            log.debug("a request ended before it was handled", e);
            close();
        }
    }

    /** Returns the request with the received body. */
    HttpServletRequest withBody(HttpServletRequest request) {
        return new ReceivedRequest(request, body, failure);
    }

    boolean hasEnded() {
        return ended.get();
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            ended.set(true);
            body.release();
            admitted.close();
        }
    }
}
