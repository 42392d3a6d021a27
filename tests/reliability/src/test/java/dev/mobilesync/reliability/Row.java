package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
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
 * One row of the suite: a stream of captures, a fault in the midst of it, and the checker at the end.
 *
 * <p>{@link #run} begins with everything up; when the fault's code returns, the row waits, for a while, until everybody
 * has what they came for, lets the checker decide, writes a line of the report, and leaves everything up again.
 */
final class Row {

    /** What a row does while captures are under way. */
    interface Fault {
        void strike(Row row) throws Exception;
    }

    private static final long SEED = Long.getLong("reliability.seed", System.nanoTime() % 1_000_000_007);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(180);
    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);
    private static final Duration IN_HAND = Duration.ofMillis(300);
    private static final int MAX_TOLD = 20;
    private static final int WARM_UP = 40;

    private final Rig rig;
    private final Facts facts;
    private final Crowd crowd;
    private final History history = new History();
    private final String plan = "R" + NUMBER.incrementAndGet() + "x" + Long.toString(System.nanoTime() & 0xffffff, 36);
    private final Broadcasts broadcasts;
    private Checker checker = Checker.strict();
    private String seen = "";

    private Row(Rig rig, Load load) throws IOException, TimeoutException {
        this.rig = rig;
        facts = rig.facts();
        broadcasts = new Broadcasts(facts, history);
        crowd = new Crowd(history, load, plan, rig.webBalancer(), rig.socketBalancer(), SEED);
    }

    /**
     * Runs a row.
     *
     * @param name what breaks, as in the report's table
     * @throws AssertionError if the promise was not kept
     */
    static void run(Rig rig, String name, Load load, Fault fault) throws Exception {
        run(rig, name, load, row -> {}, fault);
    }

    /**
     * The same, with something that is so before the first user comes.
     *
     * @param before what else breaks
     */
    static void run(Rig rig, String name, Load load, Fault before, Fault fault) throws Exception {
        Progress.say(
                "row: %s (%d examinees in %d s; -Dreliability.seed=%d)",
                name, load.examinees(), load.span().toSeconds(), SEED);
        Row row = new Row(rig, load);
        Instant started = Instant.now();
        Report.Entry line = new Report.Entry(name, load);
        try {
            rig.awaitReady();
            before.strike(row);
            row.crowd.start();
            fault.strike(row);
            Instant over = Instant.now();
            List<String> wrong = row.settleAndCheck();
            line.settled(Duration.between(over, Instant.now()));
            line.wrong(wrong);
        } catch (Throwable e) {
            line.wrong(List.of(e.toString()));
            throw e;
        } finally {
            row.crowd.close();
            line.took(Duration.between(started, Instant.now()));
            line.history(row.history, row.seen);
            Path file = Path.of("target", "reliability", "history", fileName(name) + ".jsonl");
            row.history.write(file);
            Report.add(line);
            row.broadcasts.close();
            row.facts.close();
            rig.recover();
        }
        line.assertRight();
    }

    private static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9]+", "-");
    }

    /** Lets each instance do a little of everything, so that no row judges JVMs that have just begun. */
    static void warmUp(Rig rig) {
        History history = new History();
        Load load = new Load(WARM_UP, Duration.ofSeconds(5), 0, 320, 240);
        try (Crowd crowd = new Crowd(history, load, "warm", rig.webBalancer(), rig.socketBalancer(), 1)) {
            crowd.start();
            Awaitility.await().atMost(SETTLE_LIMIT).until(crowd::phonesAreDone);
        }
    }

    Rig rig() {
        return rig;
    }

    History history() {
        return history;
    }

    Crowd crowd() {
        return crowd;
    }

    /** What is in the servers. */
    Facts facts() {
        return facts;
    }

    /** What the socket-servers have been told since the row began. */
    Broadcasts broadcasts() {
        return broadcasts;
    }

    /** Of all examinees of this row. */
    String plan() {
        return plan;
    }

    /** Holds this row to something else than {@link Checker#strict}. */
    void checkedBy(Checker other) {
        checker = other;
    }

    /** For the report: what this row saw besides what every row counts. */
    void saw(String format, Object... arguments) {
        seen = seen + (seen.isEmpty() ? "" : "; ") + String.format(format, arguments);
    }

    /** Does something to the servers or lines, and writes down when. */
    void fault(String what, Runnable action) {
        history.add(new Event.Fault(Instant.now(), what));
        Progress.say("     %s", what);
        action.run();
    }

    /** Until so many uploads, out of a hundred examinees, have been answered with 201. */
    void awaitTaken(int percent) {
        long wanted = Math.max(1, crowd.load().examinees() * (long) percent / 100);
        await("201 for " + percent + " %", () -> taken() >= wanted);
    }

    long taken() {
        return history.count(Event.Answered.class, answer -> answer.status() == 201);
    }

    /** Until at least so many uploads have been with that instance for a while. */
    void awaitInHand(ServiceInstance server, int count) {
        await(count + " uploads in hand at " + server.name(), () -> inHand(server) >= count);
    }

    /** How many uploads were sent to that instance a moment ago, or longer, and are not answered yet. */
    long inHand(ServiceInstance server) {
        return uploadsInHand(server).size();
    }

    /** Those uploads. */
    List<Event.Uploading> uploadsInHand(ServiceInstance server) {
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

    /** Until so many uploads were answered with that code since the row began. */
    void awaitRefused(String code, int count) {
        await(count + " times " + code, () -> refused(code) >= count);
    }

    long refused(String code) {
        return history.count(Event.Answered.class, answer -> code.equals(answer.code()));
    }

    /** Waits, within a limit, for something that a row needs to go on. */
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
                () -> facts.records(examinees).values().stream()
                                .filter(record -> record.status() == Status.COMPLETED)
                                .count()
                        == examinees.size());
    }

    /** Lets captures come for so long. */
    void goOnFor(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plus(STEP_LIMIT)).until(() -> true);
    }

    private List<String> settleAndCheck() {
        @Nullable String unsettled = null;
        try {
            Awaitility.await()
                    .atMost(SETTLE_LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptions()
                    .until(this::isSettled);
        } catch (ConditionTimeoutException e) {
            unsettled = "not settled after " + SETTLE_LIMIT.toSeconds() + " s";
        }
        FinalState end = facts.finalState(crowd.examinees());
        crowd.examinees().forEach(examinee -> history.add(ended(examinee, end)));
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

    /** Phones have their 201s, the records say so, browsers know what the records say, and no message waits. */
    private boolean isSettled() {
        if (!crowd.phonesAreDone() || facts.ready(Topology.STATUS_QUEUE) > 0) {
            return false;
        }
        Map<ExamineeKey, SyncRecord> records = facts.records(crowd.examinees());
        Map<ExamineeKey, Long> heard = new HashMap<>();
        history.of(Event.Heard.class).forEach(message -> {
            if (message.revision() != null) {
                heard.merge(message.examinee(), message.revision(), Math::max);
            }
        });
        return records.size() == crowd.examinees().size()
                && records.values().stream()
                        .allMatch(record -> record.status() == Status.COMPLETED
                                && Long.valueOf(record.revision()).equals(heard.get(record.examinee())));
    }
}
