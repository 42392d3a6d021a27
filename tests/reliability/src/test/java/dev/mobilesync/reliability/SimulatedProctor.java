package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContract;
import dev.mobilesync.testsupport.api.HttpExchange;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The board of the plan's proctor: it reads all records, follows all changes and gives orders. It reconnects automatically and
 * sends an order again that no receipt has confirmed.
 */
final class SimulatedProctor implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 200;
    /** Much longer than an order takes, also while its instance is replaced. */
    private static final Duration EXTENSION = Duration.ofSeconds(10);

    private record Pending(ExamineeKey examinee, Order order, String reason) {

        /** The body of the frame, sent now. */
        Map<String, String> body() {
            return order == Order.EXTEND
                    ? Map.of("order", order.name(), "reason", reason, "deadline", deadline())
                    : Map.of("order", order.name(), "reason", reason);
        }

        private static String deadline() {
            return Instant.now().plus(EXTENSION).truncatedTo(ChronoUnit.MILLIS).toString();
        }
    }

    private final LoadGenerator load;
    private final String planId;
    private final Random random;
    private final String token;
    private final Queue<Pending> orders = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> revisions = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "proctor");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable StompTestClient board;

    SimulatedProctor(LoadGenerator load, String planId, Random random) {
        this.load = load;
        this.planId = planId;
        this.random = random;
        token = TestTokens.proctor("proctor", planId);
    }

    void start() {
        timer.scheduleWithFixedDelay(this::update, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks at the picture, then orders another one. */
    void orderRetake(ExamineeKey examinee) {
        orders.add(new Pending(examinee, Order.RETAKE, "too dark"));
    }

    /** Gives an examinee without a phone a deadline that passes during the scenario. */
    void setDeadline(ExamineeKey examinee) {
        orders.add(new Pending(examinee, Order.EXTEND, "looks for the phone"));
    }

    void accept(ExamineeKey examinee) {
        orders.add(new Pending(examinee, Order.ACCEPT, "no phone"));
    }

    /** The latest revision that the board has seen of each examinee, by examinee id. */
    Map<String, Long> revisions() {
        return Map.copyOf(revisions);
    }

    /** The number of connections so far. */
    int connections() {
        return connections.get();
    }

    private void update() {
        try {
            StompTestClient open = board;
            if (open == null || !open.isOpen()) {
                open = connect();
                board = open;
            }
            sendOrders(open);
            open.pending().forEach(this::read);
        } catch (RuntimeException | AssertionError e) {
            ProgressOutput.print(
                    "     the proctor reconnects: %s",
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            disconnect();
        }
    }

    private StompTestClient connect() {
        StompTestClient client =
                StompTestClient.connect(load.socketServers.choose(random).socketUri(), token);
        client.subscribe(StompTopics.plan(planId));
        connections.incrementAndGet();
        ApiClient api = ApiClient.ofOther(load.webServers.choose(random).uri());
        String after = "";
        do {
            HttpResponse<String> page = api.get(ApiClient.recordsPath(planId) + "?size=50&after=" + after, token);
            load.history.addIfUndocumented(() -> HttpContract.check(HttpExchange.of(page.request(), page)));
            JsonNode records = ApiClient.json(page, 200);
            records.path("items")
                    .forEach(record -> saw(
                            record.path("examineeId").asString(),
                            record.path("revision").asLong()));
            after = records.path("next").asString("");
        } while (!after.isEmpty());
        return client;
    }

    private void sendOrders(StompTestClient open) {
        for (Pending next = orders.peek(); next != null; next = orders.peek()) {
            if (next.order() == Order.RETAKE) {
                lookAtPicture(next.examinee());
            }
            load.history.add(new Event.Ordered(Instant.now(), next.examinee(), next.order()));
            open.awaitReceipt(open.send(
                    "/app/plans/" + planId + "/examinees/" + next.examinee().examineeId() + "/mobile-sync/order",
                    MessageCodec.mapper().writeValueAsString(next.body())));
            orders.remove();
        }
    }

    private void lookAtPicture(ExamineeKey examinee) {
        ServiceInstance server = load.webServers.choose(random);
        ApiClient api = ApiClient.ofOther(server.uri());
        JsonNode record =
                ApiClient.json(api.get(ApiClient.recordPath(examinee.planId(), examinee.examineeId()), token), 200);
        HttpResponse<byte[]> picture = api.getBytes(record.path("imageUrl").asString(), token);
        assertThat(picture.statusCode()).isEqualTo(200);
        load.history.add(new Event.PictureSeen(Instant.now(), examinee, server.name(), Digests.sha256(picture.body())));
    }

    private void read(Frame frame) {
        String revision = frame.headers().get(AmqpNames.REVISION);
        if (revision != null) {
            saw(frame.data().path("examineeId").asString(), Long.parseLong(revision));
        }
    }

    private void saw(String examineeId, long revision) {
        revisions.merge(examineeId, revision, Math::max);
    }

    private void disconnect() {
        StompTestClient open = board;
        board = null;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        disconnect();
    }
}
