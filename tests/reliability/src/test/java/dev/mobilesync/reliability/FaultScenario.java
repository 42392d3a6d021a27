package dev.mobilesync.reliability;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One scenario of the suite: a stream of captures, a fault in the midst of it, and the checker at the end.
 *
 * <p>{@link #run} begins with everything up; when the fault's code returns, it waits, within a limit, until every
 * examinee is done, lets the checker decide, writes a line of the report, and leaves everything up again.
 */
final class FaultScenario {

    /** What a scenario does while captures are in flight. */
    interface Fault {
        void inject(FaultScenario scenario) throws Exception;
    }

    private static final long SEED = Long.getLong("reliability.seed", System.nanoTime() % 1_000_000_007);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(180);
    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);
    private static final Duration IN_HAND = Duration.ofMillis(300);
    private static final int MAX_TOLD = 20;
    private static final int WARM_UP = 40;
    private static final int REFUSALS = 20;
    /** Enough for several uploads to each instance. */
    private static final int ARRIVALS_AFTERWARDS = 25;

    private final TestCluster cluster;
    private final SystemProbe probe;
    private final LoadGenerator load;
    private final History history = new History();
    private final String plan = "R" + NUMBER.incrementAndGet() + "x" + Long.toString(System.nanoTime() & 0xffffff, 36);
    private final BroadcastRecorder broadcasts;
    private Checker checker = Checker.strict();
    private String notes = "";

    private FaultScenario(TestCluster cluster, LoadProfile profile) throws IOException, TimeoutException {
        this.cluster = cluster;
        probe = new SystemProbe(cluster);
        broadcasts = new BroadcastRecorder(probe, history);
        load = new LoadGenerator(history, profile, plan, cluster.webBalancer(), cluster.socketBalancer(), SEED);
    }

    /**
     * Runs a scenario.
     *
     * @param name what breaks, as in the report's table
     * @throws AssertionError if the promise was not kept
     */
    static void run(TestCluster cluster, String name, LoadProfile profile, Fault fault) throws Exception {
        run(cluster, name, profile, scenario -> {}, fault);
    }

    /**
     * The same, with a fault that is there before the first examinee arrives.
     *
     * @param before that fault
     */
    static void run(TestCluster cluster, String name, LoadProfile profile, Fault before, Fault fault) throws Exception {
        Progress.say("%s (%.1f examinees a second; -Dreliability.seed=%d)", name, profile.perSecond(), SEED);
        Report.Entry line = new Report.Entry(name);
        FaultScenario scenario = new FaultScenario(cluster, profile);
        try {
            cluster.awaitReady();
            before.inject(scenario);
            line.phase("ready");
            scenario.load.start();
            fault.inject(scenario);
            line.phase("fault");
            scenario.awaitArrivalsAfterwards();
            line.phase("more arrivals");
            String unsettled = scenario.settle();
            line.phase("settling");
            List<String> wrong = scenario.check(unsettled);
            line.phase("checking");
            line.wrong(wrong);
        } catch (Throwable e) {
            line.wrong(List.of(e.toString()));
            throw e;
        } finally {
            scenario.load.close();
            scenario.history.write(Path.of("target", "reliability", "history", fileName(name) + ".jsonl"));
            cluster.recover();
            // Where a scenario failed before the check, the next one would find them.
            scenario.probe.drainDeadLetters();
            scenario.broadcasts.close();
            scenario.probe.close();
            line.phase("recovery");
            line.history(scenario.history, scenario.notes);
            Report.add(line);
        }
        line.assertRight();
    }

    /** So that the promise is also kept to those who come when the fault is over. */
    private void awaitArrivalsAfterwards() {
        int wanted = Math.min(profile().examinees(), load.arrivals() + ARRIVALS_AFTERWARDS);
        await("more arrivals", () -> load.arrivals() >= wanted || load.phonesAreDone());
        load.endArrivals();
    }

    private LoadProfile profile() {
        return load.profile;
    }

    private static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** Lets each instance do a little of everything, so that no scenario judges JVMs that have just started. */
    static void warmUp(TestCluster cluster) {
        LoadProfile profile = LoadProfile.of(WARM_UP, 10).withFirstPicture(Duration.ZERO, Duration.ofSeconds(1));
        try (LoadGenerator load =
                new LoadGenerator(new History(), profile, "warm", cluster.webBalancer(), cluster.socketBalancer(), 1)) {
            load.start();
            Awaitility.await().atMost(SETTLE_LIMIT).until(load::phonesAreDone);
        }
    }

    History history() {
        return history;
    }

    LoadGenerator load() {
        return load;
    }

    /** What is in Redis, in the store and among the dead letters. */
    SystemProbe probe() {
        return probe;
    }

    /** What was broadcast to the socket-servers since the scenario began. */
    BroadcastRecorder broadcasts() {
        return broadcasts;
    }

    /** Of all examinees of this scenario. */
    String plan() {
        return plan;
    }

    /** Checks this scenario with something else than {@link Checker#strict}. */
    void checkedBy(Checker other) {
        checker = other;
    }

    /** For the report: what this scenario observed besides what every scenario counts. */
    void note(String format, Object... arguments) {
        notes = notes + (notes.isEmpty() ? "" : "; ") + String.format(format, arguments);
    }

    /** Does something to the servers or connections, and records when. */
    void fault(String what, Runnable action) {
        history.add(new Event.Fault(Instant.now(), what));
        Progress.say("     %s", what);
        action.run();
    }

    /** Until so many uploads have been answered with 201. */
    void awaitCaptured(int count) {
        await(count + " times 201", () -> captured() >= count);
    }

    long captured() {
        return history.count(Event.Answered.class, answer -> answer.status() == 201);
    }

    /** Until at least so many uploads have been with that instance for a while. */
    void awaitInFlight(ServiceInstance server, int count) {
        await(count + " uploads in flight at " + server.name(), () -> inFlight(server) >= count);
    }

    /** How many uploads were sent to that instance a moment ago, or longer, and are not answered yet. */
    long inFlight(ServiceInstance server) {
        return uploadsInFlight(server).size();
    }

    /** Those uploads. */
    List<Event.Uploading> uploadsInFlight(ServiceInstance server) {
        Instant before = Instant.now().minus(IN_HAND);
        Map<String, Event.Uploading> open = new HashMap<>();
        for (Event event : history.events()) {
            if (event instanceof Event.Uploading sent) {
                open.put(id(sent.examinee(), sent.picture(), sent.attempt()), sent);
            } else if (event instanceof Event.Answered answer) {
                open.remove(id(answer.examinee(), answer.picture(), answer.attempt()));
            } else if (event instanceof Event.Unanswered none) {
                open.remove(id(none.examinee(), none.picture(), none.attempt()));
            }
        }
        return open.values().stream()
                .filter(sent -> sent.server().equals(server.name()) && sent.at().isBefore(before))
                .toList();
    }

    /** How the server answered that upload: its status, or 0 if it did not. */
    int answerTo(Event.Uploading sent) {
        return history.of(Event.Answered.class)
                .filter(answer -> answer.examinee().equals(sent.examinee())
                        && answer.picture().equals(sent.picture())
                        && answer.attempt() == sent.attempt())
                .mapToInt(Event.Answered::status)
                .findFirst()
                .orElse(0);
    }

    private static String id(ExamineeKey examinee, String picture, int attempt) {
        return examinee.member() + " " + picture + " " + attempt;
    }

    /** Until several uploads were answered with that code since the scenario began. */
    void awaitRefused(String code) {
        await(REFUSALS + " times " + code, () -> wereRefused(code));
    }

    boolean wereRefused(String code) {
        return history.count(Event.Answered.class, answer -> code.equals(answer.code())) >= REFUSALS;
    }

    /** Waits, within a limit, for something that a scenario needs to continue. */
    void await(String what, Callable<Boolean> condition) {
        await(what, condition, STEP_LIMIT);
    }

    void await(String what, Callable<Boolean> condition, Duration limit) {
        Awaitility.await()
                .alias(what)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    /** Until the record of each of them says so. */
    void awaitCompleted(List<ExamineeKey> examinees) {
        await(
                "completed: " + examinees,
                () -> probe.records(examinees).values().stream()
                                .filter(record -> record.status() == Status.COMPLETED)
                                .count()
                        == examinees.size());
    }

    /** Lets captures come for so long. */
    void waitFor(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plus(STEP_LIMIT)).until(() -> true);
    }

    /** Returns what is wrong if it takes too long. */
    private @Nullable String settle() {
        try {
            Awaitility.await()
                    .atMost(SETTLE_LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(this::isSettled);
            return null;
        } catch (ConditionTimeoutException e) {
            return "not settled after " + SETTLE_LIMIT.toSeconds() + " s";
        }
    }

    private List<String> check(@Nullable String unsettled) {
        FinalState end = probe.finalState(load.examinees());
        load.examinees().forEach(examinee -> history.add(ended(examinee, end)));
        List<String> wrong = new ArrayList<>(checker.check(history.events(), end));
        if (unsettled != null) {
            wrong.add(0, unsettled);
        }
        wrong.stream().limit(MAX_TOLD).forEach(sentence -> Progress.say("  !! %s", sentence));
        return wrong;
    }

    private static Event.Ended ended(ExamineeKey examinee, FinalState end) {
        SyncRecord record = end.records().get(examinee);
        return new Event.Ended(
                Instant.now(),
                examinee,
                record == null ? null : record.status(),
                record == null ? null : record.revision(),
                end.pictures().get(examinee));
    }

    /** Phones have their 201s, the records say so of the last picture of each, browsers know what the records say, and no message waits. */
    private boolean isSettled() {
        if (!load.phonesAreDone() || probe.ready(AmqpNames.STATUS_QUEUE) > 0) {
            return false;
        }
        Map<ExamineeKey, SyncRecord> records = probe.records(load.examinees());
        Map<ExamineeKey, Long> heard = new HashMap<>();
        history.of(Event.Received.class).forEach(message -> {
            if (message.revision() != null) {
                heard.merge(message.examinee(), message.revision(), Math::max);
            }
        });
        Map<ExamineeKey, Instant> taken = new HashMap<>();
        history.of(Event.Answered.class)
                .filter(answer -> answer.status() == 201)
                .forEach(answer -> taken.merge(
                        answer.examinee(), Checker.takenAt(answer), (one, other) -> one.isAfter(other) ? one : other));
        return records.size() == load.examinees().size()
                && records.values().stream()
                        .allMatch(record -> record.status() == Status.COMPLETED
                                && !record.timestamp().isBefore(taken.getOrDefault(record.examinee(), Instant.MIN))
                                && Long.valueOf(record.revision()).equals(heard.get(record.examinee())));
    }
}
