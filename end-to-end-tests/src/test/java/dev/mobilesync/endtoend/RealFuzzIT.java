package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Thousands of requests and frames that nobody should send, over plain sockets. Whatever comes: no 5xx, nothing of the
 * inside in an answer, no effect that the one good token in use does not allow, and the service goes on.
 *
 * <p>Each case is made from a seed of its own: {@code -Dfuzz.seed=<the failed one's>} runs it first.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRealServers
class RealFuzzIT {

    private static final Duration TIME = Duration.ofSeconds(15);
    private static final int AT_LEAST = 50;
    private static final int THREADS = 4;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final byte[] PICTURE = Jpegs.picture(1);

    /** Somebody who has a record and a picture, and whom none of the tokens is for. */
    private static final ExamineeKey VICTIM = new ExamineeKey("PA", "E1");

    /** Whom the tokens are for: a phone's, a browser's and a proctor's of the plan. */
    private static final ExamineeKey OWN = new ExamineeKey("PF", "EF");

    private static final Pattern INSIDE = Pattern.compile(
            "(java|jakarta|javax|tools|org\\.spring[a-z]*|org\\.apache|dev\\.mobilesync|com\\.[a-z]+|io\\.[a-z]+)\\.[\\w.]*[A-Z]\\w+"
                    + "|\\w+(Exception|Error)\\b|Caused by|\\tat |Tomcat|Jackson");

    private static final Set<Integer> CLOSE_CODES = Set.of(1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1013);

    private final AtomicLong seeds = new AtomicLong(Long.getLong("fuzz.seed", System.nanoTime()));
    private MobileSyncSystem system;
    private Effects effects;
    private SortedMap<String, String> before = new TreeMap<>();

    @BeforeAll
    void start() {
        system = MobileSyncSystem.start(RealServers.open(), Unlimited.SETTINGS);
        effects = new Effects(system);
        try (StompTestClient browser = system.examinee(VICTIM)) {
            assertThat(system.phone(VICTIM, "M1").upload(PICTURE).status()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        system.holdMessages();
        before = effects.kept();
    }

    @AfterAll
    void stop() {
        if (system != null) {
            system.close();
        }
    }

    @Test
    void http() {
        run("HTTP", seed -> {
            Fuzz fuzz = new Fuzz(seed);
            boolean web = !fuzz.oneIn(8);
            byte[] request = new HttpFuzz(fuzz, OWN, PICTURE).request();
            for (RawHttp.Answer answer : RawHttp.exchange(web ? system.web() : system.socketHttp(), request)) {
                String method = new String(request, 0, 4, StandardCharsets.ISO_8859_1);
                assertAnswer(answer, web, method.equals("HEAD"));
            }
        });
        for (JsonNode message : effects.messages()) {
            assertThat(message.path("type").asString()).isEqualTo("mobile_sync_status");
            assertThat(message.at("/data/planId").asString()).isEqualTo(OWN.planId());
            assertThat(message.at("/data/examineeId").asString()).isEqualTo(OWN.examineeId());
            assertThat(message.at("/data/deviceId").asString()).isEqualTo("M1");
            assertThat(message.at("/data/status").asString()).isIn("FAILED", "COMPLETED");
        }
        assertNothingElseChanged();
        assertGoesOn();
    }

    @Test
    void stomp() {
        run("STOMP", seed -> {
            RawWebSocket.Ending ending =
                    RawWebSocket.exchange(system.socket(), new StompFuzz(new Fuzz(seed), OWN).stream());
            assertThat(ending.closeCode()).as(ending.toString()).isIn(CLOSE_CODES);
            assertThat(ending.toString()).doesNotContainPattern(INSIDE);
            ending.texts().forEach(RealFuzzIT::assertFrame);
        });
        for (JsonNode message : effects.messages()) {
            assertThat(message.at("/data/planId").asString()).isEqualTo(OWN.planId());
            switch (message.path("type").asString()) {
                case "mobile_sync_wait" ->
                    assertThat(message.at("/data/examineeId").asString()).isEqualTo(OWN.examineeId());
                case "mobile_sync_order" ->
                    assertThat(message.at("/data/by").asString()).isEqualTo(StompFuzz.SUBJECT);
                default -> throw new AssertionError("this came from a socket: " + message);
            }
        }
        assertNothingElseChanged();
        assertGoesOn();
    }

    private interface Case {

        void run(long seed) throws Exception;
    }

    private void run(String what, Case one) {
        long end = System.nanoTime() + TIME.toNanos();
        long first = seeds.get();
        AtomicLong count = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> {
                    while (System.nanoTime() < end || count.get() < AT_LEAST) {
                        long seed = seeds.getAndIncrement();
                        count.incrementAndGet();
                        try {
                            one.run(seed);
                        } catch (Exception | AssertionError e) {
                            throw new AssertionError(what + ", -Dfuzz.seed=" + seed + ": " + e.getMessage(), e);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
        System.out.println(what + " fuzz: " + count + " cases from seed " + first);
    }

    /**
     * @param problem whether a refusal has to be one, as on web-server; socket-server has HTTP for the handshake alone, and
     *     leaves what is not even that to the container, which has two answers of its own for it
     */
    private static void assertAnswer(RawHttp.Answer answer, boolean problem, boolean bodyless) {
        String all = answer.head() + "\n\n" + answer.body();
        if (problem || (answer.status() != NOT_IMPLEMENTED && answer.status() != VERSION_NOT_SUPPORTED)) {
            assertThat(answer.status()).as(all).isLessThan(500);
        }
        assertThat(all).doesNotContainPattern(INSIDE);
        assertThat(answer.head().toLowerCase(Locale.ROOT)).doesNotContain("x-injected");
        if (answer.status() >= 400 && problem && !bodyless) {
            assertThat(answer.head()).containsPattern("(?i)content-type: application/problem\\+json");
            assertThat(answer.body()).containsPattern("\"code\":\"[A-Z_]+\"");
        }
    }

    private static void assertFrame(String text) {
        if (text.startsWith("ERROR")) {
            String body = text.substring(text.indexOf("\n\n") + 2, text.indexOf('\0'));
            try {
                JsonNode error = MessageCodec.mapper().readTree(body);
                assertThat(error.path("code").asString()).matches("[A-Z_]+");
            } catch (JacksonException e) {
                throw new AssertionError("not a body: " + text, e);
            }
        } else if (text.startsWith("MESSAGE")) {
            assertThat(text).contains(OWN.planId()).doesNotContain(VICTIM.planId());
        } else {
            assertThat(text).containsPattern("^(CONNECTED|RECEIPT|\n)");
        }
        assertThat(text.chars().filter(c -> c == 0).count()).isLessThanOrEqualTo(1);
    }

    private void assertNothingElseChanged() {
        SortedMap<String, String> after = effects.kept();
        after.keySet().remove("object " + OWN.examineeId() + "/sync_cap.jpg");
        assertThat(after).isEqualTo(before);
        assertThat(system.bean(RabbitTemplate.class).receive(Topology.DEAD_LETTER_QUEUE))
                .isNull();
    }

    private void assertGoesOn() {
        system.passMessages();
        ExamineeKey somebody = new ExamineeKey("PG", "E" + seeds.getAndIncrement());
        try (StompTestClient browser = system.examinee(somebody)) {
            assertThat(system.phone(somebody, "M1").upload(PICTURE).status()).isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
        system.holdMessages();
        for (var management : List.of(system.webManagement(), system.socketManagement())) {
            await().untilAsserted(() -> assertThat(system.get(management.resolve("/actuator/health/readiness"))
                            .statusCode())
                    .isEqualTo(200));
        }
        before = effects.kept();
        before.keySet().remove("object " + OWN.examineeId() + "/sync_cap.jpg");
    }
}
