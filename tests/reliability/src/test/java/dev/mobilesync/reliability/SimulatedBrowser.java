package dev.mobilesync.reliability;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.StompListener;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Closed;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.StompContract;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An examinee's page. It connects, subscribes and enters the step. After a lost or silent connection it reconnects by the
 * rules of {@code mobile-sync.js}.
 */
final class SimulatedBrowser extends SimulatedUser implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final long HEARTBEAT_MILLIS = 10_000;
    private static final long SILENCE_NANOS =
            Duration.ofMillis(HEARTBEAT_MILLIS * 5 / 2).toNanos();
    private static final long FIRST_PAUSE_MILLIS = 4_000;
    private static final long LONGEST_PAUSE_MILLIS = 20_000;
    private static final long STABLE_NANOS = Duration.ofSeconds(10).toNanos();

    private final SimulatedPhone phone;
    private final String token;
    private volatile boolean closed;
    private volatile boolean entered;
    private volatile @Nullable Connection current;
    private int connections;
    private int failures;

    SimulatedBrowser(LoadGenerator load, ExamineeKey examinee, Random random, SimulatedPhone phone) {
        super(load, examinee, random);
        this.phone = phone;
        token = TestTokens.examinee(examinee.planId(), examinee.examineeId());
    }

    /** Opens the page. */
    synchronized void open() {
        if (!closed) {
            Connection connection = new Connection(++connections, load.socketServers.choose(random));
            current = connection;
            connection.open();
        }
    }

    private synchronized void onLost(boolean wasStable) {
        failures = wasStable ? 0 : failures;
        load.schedule(pause(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS, failures++), this::open);
    }

    @Override
    public void close() {
        closed = true;
        Connection last = current;
        if (last != null) {
            last.abort();
        }
    }

    private final class Connection extends StompListener {

        private static final String SUBSCRIBED = "subscribed";
        private static final String ENTERED = "entered";

        private final int number;
        private final ServiceInstance server;
        private final Instant since = Instant.now();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile boolean subscribed;
        private volatile long subscribedAt;
        private volatile long lastReceived = System.nanoTime();
        private volatile @Nullable WebSocket socket;
        private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

        private Connection(int number, ServiceInstance server) {
            this.number = number;
            this.server = server;
        }

        private void open() {
            load.http
                    .newWebSocketBuilder()
                    .connectTimeout(CONNECT_LIMIT)
                    .subprotocols("v12.stomp")
                    .buildAsync(server.socketUri(), this)
                    .whenComplete((opened, failure) -> {
                        if (failure != null && load.socketServers.retriesElsewhere(server, failure)) {
                            ended.set(true);
                            SimulatedBrowser.this.open();
                        } else if (failure != null) {
                            onClosed(new Closed(StompTestClient.BROKEN, String.valueOf(failure)));
                        }
                    });
            load.schedule(CONNECT_LIMIT.toMillis(), () -> {
                if (!subscribed) {
                    onClosed(new Closed(StompTestClient.BROKEN, "not subscribed in time"));
                }
            });
        }

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            if (ended.get()) {
                opened.abort();
                return;
            }
            send("CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:" + HEARTBEAT_MILLIS + "," + HEARTBEAT_MILLIS
                    + "\nAuthorization:Bearer " + token + "\n\n\0");
            opened.request(1);
        }

        private synchronized void send(String text) {
            WebSocket open = socket;
            if (open != null) {
                lastSend = lastSend.handle((done, failed) -> null).thenCompose(done -> open.sendText(text, true));
            }
        }

        @Override
        protected void onFrame(Frame frame) {
            lastReceived = System.nanoTime();
            load.history.addIfUndocumented(
                    () -> StompContract.checkReceived(frame.command(), frame.headers(), frame.body()));
            switch (frame.command()) {
                case "CONNECTED" -> {
                    send("SUBSCRIBE\nid:1\nreceipt:" + SUBSCRIBED + "\ndestination:" + StompTopics.examinee(examinee)
                            + "\n\n\0");
                    load.schedule(HEARTBEAT_MILLIS, this::heartbeat);
                }
                case "RECEIPT" -> receipt(frame.header("receipt-id"));
                case "MESSAGE" -> message(frame);
                case "ERROR" ->
                    onClosed(new Closed(StompTestClient.BROKEN, "ERROR " + frame.headers() + " " + frame.body()));
                default -> throw new AssertionError("a server does not send " + frame);
            }
        }

        private void receipt(String id) {
            Instant now = Instant.now();
            if (id.equals(SUBSCRIBED)) {
                subscribedAt = System.nanoTime();
                subscribed = true;
                load.history.add(
                        new Event.Subscribed(now, examinee, server.name(), number, Duration.between(since, now)));
                if (!entered) {
                    send("SEND\nreceipt:" + ENTERED + "\ncontent-type:application/json\ndestination:"
                            + waitDestination() + "\n\n\0");
                }
            } else if (id.equals(ENTERED)) {
                entered = true;
                load.history.addIfUndocumented(() -> StompContract.checkAccepted(
                        "SEND", Map.of("destination", waitDestination(), "receipt", ENTERED), ""));
                load.history.add(new Event.Entered(now, examinee, number));
            }
        }

        private String waitDestination() {
            return "/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait";
        }

        private void message(Frame frame) {
            JsonNode data = frame.data();
            String revision = frame.headers().get(AmqpNames.REVISION);
            Status status = Status.valueOf(data.path("status").asString());
            load.history.add(new Event.Received(
                    Instant.now(),
                    examinee,
                    number,
                    frame.type(),
                    new ExamineeKey(
                            data.path("planId").asString(),
                            data.path("examineeId").asString()),
                    status,
                    Instant.parse(data.path("timestamp").asString()),
                    revision == null ? null : Long.valueOf(revision)));
            if (status == Status.COMPLETED) {
                phone.onCompleted();
            } else if (status == Status.WAITING && data.has("reason") && revision != null) {
                phone.onRetake(Long.parseLong(revision));
            } else if (status == Status.WAITING) {
                phone.onWaiting();
            } else if (status == Status.TIMEOUT) {
                phone.onTimeout();
            }
        }

        private void heartbeat() {
            if (ended.get()) {
                return;
            }
            if (System.nanoTime() - lastReceived > SILENCE_NANOS) {
                onClosed(new Closed(StompTestClient.BROKEN, "no heart-beat"));
                return;
            }
            send("\n");
            load.schedule(HEARTBEAT_MILLIS, this::heartbeat);
        }

        @Override
        protected void onHeartbeat() {
            lastReceived = System.nanoTime();
        }

        @Override
        protected void onClosed(Closed close) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            abort();
            if (!closed) {
                load.history.add(new Event.Disconnected(
                        Instant.now(), examinee, server.name(), number, close.code(), close.reason()));
                onLost(subscribed && System.nanoTime() - subscribedAt > STABLE_NANOS);
            }
        }

        private void abort() {
            ended.set(true);
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }
}
