package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
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
import org.junit.jupiter.api.Test;

/** Many deadlines pass at the same moment while a state-manager is killed or has a wrong clock. Each timeout takes effect once. */
@WithCluster
class TimeoutsIT {

    private static final int WAITERS = 80;

    private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(5);
    /** Long enough for a slow machine to apply it to all before it passes. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final Duration MIN_LEASE = ServiceEnvironment.DEADLINE_LEASE_TTL.minusSeconds(1);
    private static final Duration CLOCK_OFFSET = Duration.ofSeconds(60);

    @Test
    void recoversWhenKilledDuringLease(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.STATE_MANAGER_KILLED_DURING_LEASE, LoadProfile.usual(), scenario -> {
            List<ExamineeKey> waiters = waiters(scenario, WAITERS);
            BroadcastRecorder broadcasts = scenario.broadcasts();
            scenario.awaitCaptured(25);
            Instant deadline = extendAll(scenario, waiters, DEADLINE);
            scenario.fault("SIGSTOP state-manager-2; discard the data from state-manager-1 to the broker", () -> {
                cluster.state(1).suspend();
                cluster.state(0).broker().requests().blackhole();
            });
            scenario.await("deadlines leased", () -> leased(scenario, waiters, deadline) >= waiters.size());
            Instant killed = Instant.now();
            scenario.fault("kill -9 state-manager-1", cluster.state(0)::kill);
            scenario.note("%d deadlines leased when it was killed", leased(scenario, waiters, deadline));
            scenario.fault("SIGCONT state-manager-2", cluster.state(1)::resume);
            scenario.await(
                    "all published",
                    () -> broadcasts.since(killed, Status.TIMEOUT, waiters).size() == waiters.size());
            scenario.note(
                    "all published %.1f s later",
                    Duration.between(killed, Instant.now()).toMillis() / 1e3);
            assertEachTimedOutOnce(scenario, waiters, broadcasts);
        });
    }

    @Test
    void toleratesClockDifference(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.CLOCK_DIFFERENCE, LoadProfile.usual(), scenario -> {
            ServiceInstance ahead = cluster.state(1);
            scenario.fault("restart state-manager-2 with a clock that is 60 s ahead", () -> {
                ahead.stop();
                ahead.start(ShiftedClock.class, "-D" + ShiftedClock.OFFSET + "=" + CLOCK_OFFSET);
            });
            BroadcastRecorder broadcasts = scenario.broadcasts();
            try {
                ahead.awaitReady();
                assertThat(ahead.output()).contains(ShiftedClock.announcement(CLOCK_OFFSET));
                List<ExamineeKey> waiters = waiters(scenario, WAITERS);
                Instant deadline = extendAll(scenario, waiters, DEADLINE);
                scenario.await(
                        "all published",
                        () -> broadcasts
                                        .since(deadline, Status.TIMEOUT, waiters)
                                        .size()
                                == waiters.size());
                List<Long> delays = broadcasts
                        .of(Status.TIMEOUT)
                        .map(message -> ChronoUnit.MILLIS.between(deadline, message.at()))
                        .sorted()
                        .toList();
                scenario.note("published %d to %d ms after the deadline", delays.get(0), delays.get(delays.size() - 1));
                scenario.note(
                        "timeouts by each: %.0f, %.0f",
                        cluster.state(0).metric("mobile_sync_timeouts_total"),
                        ahead.metric("mobile_sync_timeouts_total"));
                assertThat(delays.get(0)).isNotNegative();
                assertEachTimedOutOnce(scenario, waiters, broadcasts);
            } finally {
                scenario.fault("SIGTERM state-manager-2", ahead::stop);
            }
        });
    }

    /** Examinees without phones enter the step. */
    private static List<ExamineeKey> waiters(FaultScenario scenario, int count) {
        List<ExamineeKey> waiters = IntStream.range(0, count)
                .mapToObj(number -> new ExamineeKey(scenario.plan() + "-waiting", "W" + number))
                .toList();
        Instant now = now();
        StatusQueueTestPublisher.send(
                scenario.probe(),
                waiters.stream()
                        .map(examinee -> new MobileSyncWait(examinee.planId(), examinee.examineeId(), now, null))
                        .toList());
        scenario.await("all WAITING", () -> scenario.probe().records(waiters).size() == count);
        Instant latest = now().plus(SYNC_TIMEOUT);
        assertThat(scenario.probe().records(waiters).values())
                .extracting(SyncRecord::deadline)
                .allMatch(deadline -> !Objects.requireNonNull(deadline).isBefore(now.plus(SYNC_TIMEOUT))
                        && !deadline.isAfter(latest));
        return waiters;
    }

    /** A proctor moves all deadlines to one moment. */
    private static Instant extendAll(FaultScenario scenario, List<ExamineeKey> waiters, Duration time) {
        Instant now = now();
        Instant deadline = now.plus(time);
        StatusQueueTestPublisher.send(
                scenario.probe(),
                waiters.stream()
                        .map(examinee -> new MobileSyncOrder(
                                examinee.planId(),
                                examinee.examineeId(),
                                Order.EXTEND,
                                "test",
                                "proctor",
                                now,
                                deadline,
                                MobileSyncOrder.Role.PROCTOR))
                        .toList());
        scenario.await("deadlines extended", () -> scenario.probe().records(waiters).values().stream()
                .allMatch(record -> deadline.equals(record.deadline())));
        return deadline;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /** The number of leased deadlines, whose score is far beyond the deadline. */
    private static long leased(FaultScenario scenario, List<ExamineeKey> waiters, Instant deadline) {
        Set<String> members = scenario.probe()
                .redis()
                .opsForZSet()
                .rangeByScore(
                        RedisKeys.DEADLINES,
                        deadline.plus(MIN_LEASE).toEpochMilli(),
                        deadline.plus(MIN_LEASE.multipliedBy(3)).toEpochMilli());
        Set<String> ours = waiters.stream().map(ExamineeKey::qualifiedId).collect(Collectors.toSet());
        return Objects.requireNonNull(members).stream().filter(ours::contains).count();
    }

    /** Asserts one state change per timeout, possibly published more than once, and no remaining deadlines. */
    private static void assertEachTimedOutOnce(
            FaultScenario scenario, List<ExamineeKey> waiters, BroadcastRecorder broadcasts) {
        scenario.await("deadlines removed", () -> waiters.stream()
                .allMatch(examinee ->
                        scenario.probe().redis().opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId())
                                == null));
        Map<ExamineeKey, SyncRecord> records = scenario.probe().records(waiters);
        for (ExamineeKey examinee : waiters) {
            Set<Long> revisions = new HashSet<>();
            broadcasts
                    .of(Status.TIMEOUT)
                    .filter(message -> message.examinee().equals(examinee))
                    .forEach(message -> revisions.add(Objects.requireNonNull(message.revision())));
            SyncRecord record = Objects.requireNonNull(records.get(examinee));
            assertThat(record.status()).isEqualTo(Status.TIMEOUT);
            assertThat(revisions).as(examinee.qualifiedId()).containsExactly(record.revision());
        }
        long times = broadcasts
                .of(Status.TIMEOUT)
                .filter(message -> waiters.contains(message.examinee()))
                .count();
        scenario.note("%d timeouts, published %d times", waiters.size(), times);
    }
}
