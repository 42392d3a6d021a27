package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many wait whose deadlines end at the same moment, and whoever ends them dies, or tells the time wrongly: each ends once. */
@OnRig(Shape.STANDARD)
class TimeoutsIT {

    private static final int WAITERS = 80;
    private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LEASE_AT_LEAST = Duration.ofSeconds(20);
    private static final int CLOCK_SECONDS = 60;
    private static final Path FAKE_TIME =
            Path.of(System.getProperty("reliability.faketime", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"));

    @Test
    @Tag("slow")
    void killedInMidLease(Rig rig) throws Exception {
        Row.run(rig, "state-manager killed in mid-lease of time-outs", Load.usual(), row -> {
            List<ExamineeKey> waiters = waiters(row);
            Broadcasts told = row.broadcasts();
            row.awaitTaken(10);
            Instant deadline = allEndIn(row, waiters, Duration.ofSeconds(8));
            row.fault("state-manager-2 stands still; nothing gets from state-manager-1 to the broker", () -> {
                rig.state(1).suspend();
                rig.state(0).broker().requests().blackhole();
            });
            row.await("deadlines leased", () -> leased(row, waiters, deadline) >= WAITERS);
            Instant killed = Instant.now();
            row.fault("kill -9 state-manager-1", rig.state(0)::kill);
            row.saw("%d deadlines leased when it was killed", leased(row, waiters, deadline));
            row.fault("state-manager-2 goes on", rig.state(1)::resume);
            row.await(
                    "all told",
                    () -> told.since(killed, Status.TIMEOUT, waiters).size() == WAITERS);
            row.saw(
                    "all told %.1f s after",
                    Duration.between(killed, Instant.now()).toMillis() / 1e3);
            eachEndedOnce(row, waiters, told);
        });
    }

    @Test
    @Tag("slow")
    void clocksApart(Rig rig) throws Exception {
        assumeTrue(
                Files.exists(FAKE_TIME) || "true".equals(System.getenv("CI")),
                "no libfaketime here, by which one process has another time: apt-get install libfaketime");
        Row.run(rig, "clocks of two state-managers 60 s apart", Load.usual(), row -> {
            ServiceInstance ahead = rig.state(1);
            row.fault("state-manager-2 is started again, with a clock that is 60 s ahead", () -> {
                ahead.stop();
                ahead.start(Map.of(
                        "LD_PRELOAD",
                        FAKE_TIME.toString(),
                        "FAKETIME",
                        "+" + CLOCK_SECONDS + "s",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1"));
                ahead.awaitReady();
            });
            double startedAt = ahead.metric("process_start_time_seconds");
            double aheadBy = startedAt
                    + ahead.metric("process_uptime_seconds")
                    - Instant.now().toEpochMilli() / 1e3;
            row.saw("it is %.0f s ahead", aheadBy);
            assertThat(aheadBy).isBetween(CLOCK_SECONDS - 5.0, CLOCK_SECONDS + 5.0);

            List<ExamineeKey> waiters = waiters(row);
            Broadcasts told = row.broadcasts();
            try {
                Instant deadline = allEndIn(row, waiters, Duration.ofSeconds(8));
                row.await(
                        "all told",
                        () -> told.since(deadline, Status.TIMEOUT, waiters).size() == WAITERS);
                List<Long> late = told.of(Status.TIMEOUT)
                        .map(message -> ChronoUnit.MILLIS.between(deadline, message.at()))
                        .sorted()
                        .toList();
                row.saw("told %d to %d ms after the deadline", late.get(0), late.get(late.size() - 1));
                row.saw(
                        "time-outs by each: %.0f, %.0f",
                        rig.state(0).metric("mobile_sync_timeouts_total"), ahead.metric("mobile_sync_timeouts_total"));
                assertThat(late.get(0)).isNotNegative();
                eachEndedOnce(row, waiters, told);
            } finally {
                row.fault("state-manager-2 goes", ahead::stop);
            }
        });
    }

    /** They enter the step; nobody takes a picture of them. */
    private static List<ExamineeKey> waiters(Row row) {
        List<ExamineeKey> waiters = IntStream.range(0, WAITERS)
                .mapToObj(number -> new ExamineeKey(row.plan() + "-waiting", "W" + number))
                .toList();
        Instant now = now();
        StatusQueue.send(
                row.facts(),
                waiters.stream()
                        .map(examinee -> new MobileSyncWait(examinee.planId(), examinee.examineeId(), now))
                        .toList());
        row.await("all wait", () -> row.facts().records(waiters).size() == WAITERS);
        Instant latest = now().plus(SYNC_TIMEOUT);
        assertThat(row.facts().records(waiters).values())
                .extracting(SyncRecord::deadline)
                .allMatch(deadline -> !Objects.requireNonNull(deadline).isBefore(now.plus(SYNC_TIMEOUT))
                        && !deadline.isAfter(latest));
        return waiters;
    }

    /** A proctor moves the end of all of them to one moment. */
    private static Instant allEndIn(Row row, List<ExamineeKey> waiters, Duration time) {
        Instant now = now();
        Instant deadline = now.plus(time);
        StatusQueue.send(
                row.facts(),
                waiters.stream()
                        .map(examinee -> new MobileSyncOrder(
                                examinee.planId(),
                                examinee.examineeId(),
                                Order.EXTEND,
                                "we end at the same time",
                                "proctor",
                                now,
                                deadline))
                        .toList());
        row.await("one deadline", () -> row.facts().records(waiters).values().stream()
                .allMatch(record -> deadline.equals(record.deadline())));
        return deadline;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /** How many of them are claimed: their score is far beyond their deadline. */
    private static long leased(Row row, List<ExamineeKey> waiters, Instant deadline) {
        Set<String> claimed = row.facts()
                .redis()
                .opsForZSet()
                .rangeByScore(
                        Topology.DEADLINES_KEY,
                        deadline.plus(LEASE_AT_LEAST).toEpochMilli(),
                        deadline.plus(LEASE_AT_LEAST.multipliedBy(3)).toEpochMilli());
        Set<String> ours = waiters.stream().map(ExamineeKey::member).collect(Collectors.toSet());
        return Objects.requireNonNull(claimed).stream().filter(ours::contains).count();
    }

    /** Told perhaps more than once, but of one change of the state; and nothing is left to be done. */
    private static void eachEndedOnce(Row row, List<ExamineeKey> waiters, Broadcasts told) {
        row.await("deadlines settled", () -> waiters.stream()
                .allMatch(examinee ->
                        row.facts().redis().opsForZSet().score(Topology.DEADLINES_KEY, examinee.member()) == null));
        Map<ExamineeKey, SyncRecord> records = row.facts().records(waiters);
        for (ExamineeKey examinee : waiters) {
            Set<Long> revisions = new HashSet<>();
            told.of(Status.TIMEOUT)
                    .filter(message -> message.examinee().equals(examinee))
                    .forEach(message -> revisions.add(Objects.requireNonNull(message.revision())));
            SyncRecord record = Objects.requireNonNull(records.get(examinee));
            assertThat(record.status()).isEqualTo(Status.TIMEOUT);
            assertThat(revisions).as(examinee.member()).containsExactly(record.revision());
        }
        long times = told.of(Status.TIMEOUT)
                .filter(message -> waiters.contains(message.examinee()))
                .count();
        row.saw("%d time-outs, told %d times", waiters.size(), times);
    }
}
