package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.api.HttpContract;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Sends malformed requests and frames over TCP connections: a few fixed ones in each run, many random ones in a full run.
 * None may cause a 5xx, expose internals, have an effect that its token does not allow, or stop a service.
 *
 * <p>A failing sample is shrunk and printed with its seed ({@code @Property(seed = …)}). The next run in the same directory
 * begins with it.
 */
class FuzzIT {

    private static final int FEW_ROUNDS = 4;
    private static final int MANY_ROUNDS = 224;
    /** Side effects are checked once per round. */
    private static final int MAX_PER_ROUND = 32;
    /** web-server rejects more than two concurrent uploads of one examinee without reading them. */
    private static final int CONCURRENT_REQUESTS = 8;

    private static final byte[] PICTURE = Jpegs.picture(64, 48, 1);

    /** An examinee with a record and a picture, to whom no token gives access. */
    private static final ExamineeKey VICTIM = new ExamineeKey("PA", "E1");

    /** The examinee of the device and examinee tokens, in the plan of the proctor token. */
    private static final ExamineeKey OWN = new ExamineeKey("PF", "EF");

    private static final Pattern INTERNALS = Pattern.compile(
            "(java|jakarta|javax|tools|org\\.spring[a-z]*|org\\.apache|dev\\.mobilesync|com\\.[a-z]+|io\\.[a-z]+)\\.[\\w.]*[A-Z]\\w+"
                    + "|\\w+(Exception|Error)\\b|Caused by|\\tat |Tomcat|Jackson");

    private static final Set<Integer> CLOSE_CODES = Set.of(1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1013);

    private static final ExecutorService REQUESTS = Executors.newFixedThreadPool(CONCURRENT_REQUESTS);
    /** If the server does not close a stream, it ends after an idle period. */
    private static final ExecutorService STREAMS = Executors.newFixedThreadPool(MAX_PER_ROUND);

    private static @Nullable MobileSyncSystem running;
    private static @Nullable SideEffects effects;
    private static SortedMap<String, String> before = new TreeMap<>();
    private static int recoveries;

    /** The bytes of one connection. */
    private record Sent(boolean toWeb, String text) {

        @Override
        public String toString() {
            String shown = text.length() > 4_000 ? text.substring(0, 4_000) + "…" : text;
            return (toWeb ? "to web-server: " : "to socket-server: ") + shown;
        }
    }

    private interface Exchange {

        void run(Sent sent) throws Exception;
    }

    @BeforeContainer
    static void start() {
        MobileSyncSystem system = MobileSyncSystem.shared();
        running = system;
        try (StompTestClient browser = system.examinee(VICTIM)) {
            assertThat(system.api().upload(VICTIM, "M1", PICTURE).statusCode()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        system.stopConsumers();
        effects = new SideEffects(system);
        before = effects().storedItems();
    }

    private static MobileSyncSystem system() {
        return requireNonNull(running);
    }

    private static SideEffects effects() {
        return requireNonNull(effects);
    }

    @AfterContainer
    static void stop() {
        REQUESTS.shutdownNow();
        STREAMS.shutdownNow();
    }

    @Provide
    Arbitrary<List<Sent>> requests() {
        Arbitrary<Boolean> toWeb = Arbitraries.frequency(Tuple.of(7, true), Tuple.of(1, false));
        return Combinators.combine(toWeb, new MalformedRequests(OWN, PICTURE).any())
                .as(Sent::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(MAX_PER_ROUND);
    }

    @Provide
    Arbitrary<List<Sent>> streams() {
        return new MalformedFrames(OWN)
                .streams()
                .map(text -> new Sent(false, text))
                .list()
                .ofMinSize(1)
                .ofMaxSize(MAX_PER_ROUND);
    }

    @Property(tries = FEW_ROUNDS, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void survivesMalformedRequests(@ForAll("requests") List<Sent> requests) {
        sendToHttp(requests);
    }

    @Property(tries = MANY_ROUNDS, edgeCases = EdgeCasesMode.NONE)
    @Tag("slow")
    void survivesManyMalformedRequests(@ForAll("requests") List<Sent> requests) {
        sendToHttp(requests);
    }

    @Property(tries = FEW_ROUNDS, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void survivesMalformedFrames(@ForAll("streams") List<Sent> streams) {
        sendToStomp(streams);
    }

    @Property(tries = MANY_ROUNDS, edgeCases = EdgeCasesMode.NONE)
    @Tag("slow")
    void survivesManyMalformedFrames(@ForAll("streams") List<Sent> streams) {
        sendToStomp(streams);
    }

    private static void sendToHttp(List<Sent> requests) {
        exchangeAll(
                REQUESTS,
                requests,
                sent -> {
                    URI server = sent.toWeb() ? system().web() : system().socketHttp();
                    for (RawHttp.Response response : RawHttp.exchange(server, MalformedText.bytes(sent.text()))) {
                        assertResponse(response, sent.text().startsWith("HEAD"));
                    }
                },
                FuzzIT::assertUploadMessage);
    }

    private static void sendToStomp(List<Sent> streams) {
        exchangeAll(
                STREAMS,
                streams,
                sent -> {
                    RawWebSocket.CloseResult result =
                            RawWebSocket.exchange(system().socket(), MalformedText.bytes(sent.text()));
                    assertThat(result.closeCode()).as(result.toString()).isIn(CLOSE_CODES);
                    assertThat(result.toString()).doesNotContainPattern(INTERNALS);
                    result.texts().forEach(FuzzIT::assertFrame);
                },
                FuzzIT::assertStompMessage);
    }

    /** Sends the samples concurrently, one per thread. */
    private static void exchangeAll(
            ExecutorService threads, List<Sent> all, Exchange exchange, Consumer<JsonNode> message) {
        List<Callable<Void>> calls = new ArrayList<>();
        all.forEach(sent -> calls.add(() -> {
            exchange.run(sent);
            return null;
        }));
        try {
            for (Future<Void> call : threads.invokeAll(calls)) {
                call.get();
            }
            effects().messages().forEach(message);
            assertNothingElseChanged();
        } catch (ExecutionException e) {
            throw new AssertionError(String.valueOf(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void assertUploadMessage(JsonNode message) {
        assertThat(message.path("type").asString()).isEqualTo("mobile_sync_status");
        assertThat(message.at("/data/planId").asString()).isEqualTo(OWN.planId());
        assertThat(message.at("/data/examineeId").asString()).isEqualTo(OWN.examineeId());
        assertThat(message.at("/data/deviceId").asString()).isEqualTo("M1");
        assertThat(message.at("/data/status").asString()).isIn("FAILED", "COMPLETED");
    }

    private static void assertStompMessage(JsonNode message) {
        assertThat(message.at("/data/planId").asString()).isEqualTo(OWN.planId());
        switch (message.path("type").asString()) {
            case "mobile_sync_wait" ->
                assertThat(message.at("/data/examineeId").asString()).isEqualTo(OWN.examineeId());
            case "mobile_sync_order" ->
                assertThat(message.at("/data/by").asString()).isEqualTo(MalformedFrames.SUBJECT);
            default -> throw new AssertionError("unexpected message: " + message);
        }
    }

    private static void assertResponse(RawHttp.Response response, boolean bodyless) {
        String all = response.head() + "\n\n" + response.body();
        assertThat(response.status()).as(all).isLessThan(500);
        assertThat(all).doesNotContainPattern(INTERNALS);
        assertThat(response.head().toLowerCase(Locale.ROOT)).doesNotContain("x-injected");
        if (response.status() >= 400 && !bodyless) {
            assertThat(response.head()).containsPattern("(?i)content-type: application/problem\\+json");
            HttpContract.checkProblem(response.status(), response.body());
        }
    }

    private static void assertFrame(String text) {
        if (text.startsWith("ERROR")) {
            String body = text.substring(text.indexOf("\n\n") + 2, text.indexOf('\0'));
            try {
                JsonNode error = MessageCodec.mapper().readTree(body);
                assertThat(error.path("code").asString()).matches("[A-Z_]+");
            } catch (JacksonException e) {
                throw new AssertionError("invalid body: " + text, e);
            }
        } else if (text.startsWith("MESSAGE")) {
            assertThat(text).contains(OWN.planId()).doesNotContain(VICTIM.planId());
        } else {
            assertThat(text).containsPattern("^(CONNECTED|RECEIPT|\n)");
        }
        assertThat(text.chars().filter(c -> c == 0).count()).isLessThanOrEqualTo(1);
    }

    private static void assertNothingElseChanged() {
        // An upload continues after its client disconnects, and holds its lease until it completes.
        await().pollDelay(Duration.ZERO).untilAsserted(() -> {
            SortedMap<String, String> after = effects().storedItems();
            after.keySet().remove("object " + OWN.examineeId() + "/sync_cap.jpg");
            assertThat(after).isEqualTo(before);
        });
        assertThat(system().bean(RabbitTemplate.class).receive(AmqpNames.DEAD_LETTER_QUEUE))
                .isNull();
    }

    @AfterProperty
    void servicesRecover() {
        MobileSyncSystem system = system();
        system.startConsumers();
        ExamineeKey examinee = new ExamineeKey("PG", "EG" + recoveries++);
        try (StompTestClient browser = system.examinee(examinee)) {
            assertThat(system.api().upload(examinee, "M1", PICTURE).statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        system.stopConsumers();
        system.awaitReadiness(200, Service.WEB_SERVER, Service.SOCKET_SERVER);
        before = effects().storedItems();
        before.keySet().remove("object " + OWN.examineeId() + "/sync_cap.jpg");
    }
}
