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
 * One scenario: captures at a steady rate, a fault meanwhile, and the check at the end.
 *
 * <p>{@link #run} starts with all servers and services up. After the fault's code returns, it waits, up to a limit, until
 * all examinees are finished, runs the checker, writes a row of the report and restores the cluster.
 */
final class FaultScenario {

    /** The actions of a scenario while captures are in flight. */
    interface Fault {
        void inject(FaultScenario scenario) throws Exception;
    }

    private static final long SEED = Long.getLong("reliability.seed", System.nanoTime() % 1_000_000_007);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration COMPLETION_LIMIT = Duration.ofSeconds(180);
    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);
    private static final Duration MIN_AGE_IN_FLIGHT = Duration.ofMillis(300);
    private static final int MAX_PRINTED = 20;
    private static final int WARM_UP = 40;
    private static final int REJECTED = 20;
    /** Enough arrivals after the fault for several uploads to each instance. */
    private static final int ARRIVALS_AFTER_FAULT = 25;

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
     * @throws AssertionError if the checker reports a violation
     */
    static void run(TestCluster cluster, ScenarioName name, LoadProfile profile, Fault fault) throws Exception {
        run(cluster, name, profile, scenario -> {}, fault);
    }

    /**
     * The same with a fault before the first examinee arrives.
     *
     * @param before the earlier fault
     */
    static void run(TestCluster cluster, ScenarioName name, LoadProfile profile, Fault before, Fault fault)
            throws Exception {
        ProgressOutput.print(
                "%s (%.1f examinees per second; -Dreliability.seed=%d)", name.label(), profile.perSecond(), SEED);
        Report.Entry row = new Report.Entry(name.label());
        FaultScenario scenario = new FaultScenario(cluster, profile);
        try {
            cluster.awaitReady();
            before.inject(scenario);
            row.phase("ready");
            scenario.load.start();
            fault.inject(scenario);
            row.phase("fault");
            scenario.awaitArrivalsAfterFault();
            row.phase("further arrivals");
            String incomplete = scenario.awaitCompletion();
            row.phase("completion");
            List<String> violations = scenario.check(incomplete);
            row.phase("check");
            row.violations(violations);
        } catch (Throwable e) {
            row.violations(List.of(e.toString()));
            throw e;
        } finally {
            scenario.load.close();
            scenario.history.write(Path.of("target", "reliability", "history", fileName(name.label()) + ".jsonl"));
            cluster.recover();
            // The next scenario must not see the dead letters of one that failed before the check.
            scenario.probe.drainDeadLetters();
            scenario.probe.forgetIncomplete(scenario.load.examinees());
            scenario.broadcasts.close();
            scenario.probe.close();
            row.phase("recovery");
            row.history(scenario.history, scenario.notes);
            Report.add(row);
        }
        row.assertNoViolations();
    }

    /** Waits for captures after the fault, to check recovery too. */
    private void awaitArrivalsAfterFault() {
        int arrivals = Math.min(profile().examinees(), load.arrivals() + ARRIVALS_AFTER_FAULT);
        await("further arrivals", () -> load.arrivals() >= arrivals || load.phonesAreDone());
        load.endArrivals();
    }

    private LoadProfile profile() {
        return load.profile;
    }

    private static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** Warms each instance up, so that no scenario measures freshly started JVMs. */
    static void warmUp(TestCluster cluster) {
        LoadProfile profile = LoadProfile.of(WARM_UP, 10).withFirstPicture(Duration.ZERO, Duration.ofSeconds(1));
        try (LoadGenerator load =
                new LoadGenerator(new History(), profile, "warm", cluster.webBalancer(), cluster.socketBalancer(), 1)) {
            load.start();
            Awaitility.await().atMost(COMPLETION_LIMIT).until(load::phonesAreDone);
        }
    }

    History history() {
        return history;
    }

    LoadGenerator load() {
        return load;
    }

    /** Reads Redis, the store and the dead letters. */
    SystemProbe probe() {
        return probe;
    }

    /** The broadcasts to the socket-servers since the start of the scenario. */
    BroadcastRecorder broadcasts() {
        return broadcasts;
    }

    /** The plan of all examinees of this scenario. */
    String plan() {
        return plan;
    }

    /** Replaces {@link Checker#strict} for this scenario. */
    void checkedBy(Checker other) {
        checker = other;
    }

    /** Adds an observation of this scenario to the report. */
    void note(String format, Object... arguments) {
        notes = notes + (notes.isEmpty() ? "" : "; ") + String.format(format, arguments);
    }

    /** Applies a fault to servers or connections and records the time. */
    void fault(String what, Runnable action) {
        history.add(new Event.Fault(Instant.now(), what));
        ProgressOutput.print("     %s", what);
        action.run();
    }

    /** Waits until this number of uploads were answered with 201. */
    void awaitCaptured(int count) {
        await(count + " uploads answered 201", () -> captured() >= count);
    }

    long captured() {
        return history.count(Event.Answered.class, response -> response.status() == 201);
    }

    /** Waits until at least this number of uploads have been in flight at the instance for a while. */
    void awaitInFlight(ServiceInstance server, int count) {
        await(
                count + " uploads in flight at " + server.name(),
                () -> uploadsInFlight(server).size() >= count);
    }

    /** The unanswered uploads of the instance, except those just sent. */
    List<Event.Uploading> uploadsInFlight(ServiceInstance server) {
        return history.unanswered(server.name(), Instant.now().minus(MIN_AGE_IN_FLIGHT));
    }

    /** Waits until several uploads were answered with this code since the start of the scenario. */
    void awaitRejected(String code) {
        await(REJECTED + " uploads answered " + code, () -> wereRejected(code));
    }

    boolean wereRejected(String code) {
        return history.count(Event.Answered.class, response -> code.equals(response.code())) >= REJECTED;
    }

    /** Waits, up to a limit, for a condition of the scenario. */
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

    /** Waits until the records of all examinees are COMPLETED. */
    void awaitCompleted(List<ExamineeKey> examinees) {
        await(
                "completed: " + examinees,
                () -> probe.records(examinees).values().stream()
                                .filter(record -> record.status() == Status.COMPLETED)
                                .count()
                        == examinees.size());
    }

    /** Waits while captures continue. */
    void waitFor(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plus(STEP_LIMIT)).until(() -> true);
    }

    /** Waits for completion; returns a violation after the time limit, otherwise {@code null}. */
    private @Nullable String awaitCompletion() {
        try {
            Awaitility.await()
                    .atMost(COMPLETION_LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(this::isComplete);
            return null;
        } catch (ConditionTimeoutException e) {
            return "not complete after " + COMPLETION_LIMIT.toSeconds() + " s";
        }
    }

    private List<String> check(@Nullable String incomplete) {
        FinalState end = probe.finalState(load.examinees());
        load.examinees().forEach(examinee -> history.add(ended(examinee, end)));
        List<String> violations = new ArrayList<>(checker.check(history.events(), end));
        if (incomplete != null) {
            violations.add(0, incomplete);
        }
        violations.stream().limit(MAX_PRINTED).forEach(violation -> ProgressOutput.print("  !! %s", violation));
        return violations;
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

    /** Whether phones have their 201s, records match their last pictures, browsers have the records' states, and all queues are empty. */
    private boolean isComplete() {
        if (!load.phonesAreDone() || probe.ready(AmqpNames.STATUS_QUEUE) > 0) {
            return false;
        }
        Map<ExamineeKey, SyncRecord> records = probe.records(load.examinees());
        Map<ExamineeKey, Long> received = new HashMap<>();
        history.of(Event.Received.class).forEach(message -> {
            if (message.revision() != null) {
                received.merge(message.examinee(), message.revision(), Math::max);
            }
        });
        Map<ExamineeKey, Instant> accepted = new HashMap<>();
        history.of(Event.Answered.class)
                .filter(response -> response.status() == 201)
                .forEach(response -> accepted.merge(
                        response.examinee(),
                        Checker.takenAt(response),
                        (one, other) -> one.isAfter(other) ? one : other));
        return records.size() == load.examinees().size()
                && records.values().stream()
                        .allMatch(record -> record.status() == Status.COMPLETED
                                && !record.timestamp().isBefore(accepted.getOrDefault(record.examinee(), Instant.MIN))
                                && Long.valueOf(record.revision()).equals(received.get(record.examinee())));
    }
}
