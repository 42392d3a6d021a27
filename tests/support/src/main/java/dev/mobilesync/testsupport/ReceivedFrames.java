package dev.mobilesync.testsupport;

import static dev.mobilesync.testsupport.StompTestClient.BROKEN;
import static dev.mobilesync.testsupport.StompTestClient.TIMEOUT;
import static java.util.Objects.requireNonNullElse;

import dev.mobilesync.testsupport.StompTestClient.Closed;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.api.StompContract;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a {@link StompTestClient} has received, until a test awaits it. Each frame must be as {@code asyncapi.yaml} documents it:
 * otherwise all waiting methods fail.
 */
final class ReceivedFrames extends StompListener {

    private final BlockingQueue<Frame> messages = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Frame>> receipts = new ConcurrentHashMap<>();
    private final CompletableFuture<Frame> connected = new CompletableFuture<>();
    private final CompletableFuture<Frame> error = new CompletableFuture<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final AtomicReference<@Nullable AssertionError> undocumented = new AtomicReference<>();

    @Override
    protected void onFrame(Frame frame) {
        try {
            StompContract.checkReceived(frame.command(), frame.headers(), frame.body());
        } catch (AssertionError | JacksonException e) {
            undocumented.compareAndSet(null, new AssertionError(frame.toString(), e));
        }
        switch (frame.command()) {
            case "CONNECTED" -> connected.complete(frame);
            case "MESSAGE" -> messages.add(frame);
            case "RECEIPT" -> receipt(frame.header("receipt-id")).complete(frame);
            case "ERROR" -> error.complete(frame);
            default -> throw new AssertionError("a server does not send " + frame);
        }
    }

    @Override
    protected void onHeartbeat() {
        heartbeats.incrementAndGet();
    }

    @Override
    protected void onClosed(Closed how) {
        closed.complete(how);
    }

    Frame awaitConnected() {
        return awaitResponse(connected, "CONNECTED");
    }

    Frame awaitReceipt(String id) {
        return awaitResponse(receipt(id), "RECEIPT " + id);
    }

    boolean hasReceipt(String id) {
        return receipt(id).isDone();
    }

    private void requireDocumented() {
        AssertionError failure = undocumented.get();
        if (failure != null) {
            throw failure;
        }
    }

    Frame awaitMessage() {
        try {
            Frame next = messages.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            requireDocumented();
            if (next == null) {
                throw missing("a MESSAGE");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Frame awaitMessage(String type) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < end) {
            Frame next = awaitMessage();
            if (next.type().equals(type)) {
                return next;
            }
        }
        throw missing("a " + type);
    }

    List<Frame> pending() {
        requireDocumented();
        return List.copyOf(messages);
    }

    Frame awaitError() {
        return await(error, "ERROR");
    }

    Closed awaitClose() {
        return await(closed, "a close");
    }

    /** Waits shortly for the server's close frame. Does not fail without one. */
    void awaitCloseResponse() {
        closed.completeOnTimeout(new Closed(BROKEN, "no response to close"), 2, TimeUnit.SECONDS)
                .join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    int heartbeats() {
        return heartbeats.get();
    }

    private CompletableFuture<Frame> receipt(String id) {
        return receipts.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    /** Fails if the server sends ERROR or closes the connection instead. */
    private Frame awaitResponse(CompletableFuture<Frame> response, String what) {
        await(CompletableFuture.anyOf(response, error, closed), what);
        Frame frame = response.getNow(null);
        if (frame == null) {
            throw missing(what);
        }
        return frame;
    }

    private <T> T await(CompletableFuture<T> future, String what) {
        try {
            T result = future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            requireDocumented();
            return result;
        } catch (TimeoutException | ExecutionException e) {
            throw missing(what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private AssertionError missing(String what) {
        return new AssertionError(what + " did not arrive; error: "
                + requireNonNullElse(error.getNow(null), "none") + ", close: "
                + requireNonNullElse(closed.getNow(null), "none") + ", messages: " + messages);
    }
}
