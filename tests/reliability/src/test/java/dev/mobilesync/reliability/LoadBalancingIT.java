package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The normal case: two instances of each service share the load without faults. */
@WithCluster
class LoadBalancingIT {

    private static final String APPLIED = "mobile_sync_messages_processed_total";
    private static final int MAX_IMBALANCE = 6;

    @Test
    void spreadsLoadOverInstances(TestCluster cluster) throws Exception {
        LoadProfile profile = LoadProfile.of(120, 12.5);
        FaultScenario.run(cluster, ScenarioName.NO_FAULT, profile, scenario -> {
            Map<ServiceInstance, Double> before = applied(cluster);
            Instant start = Instant.now();
            scenario.await("201 for each picture", () -> scenario.load().phonesAreDone());
            double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
            scenario.await(
                    "COMPLETED received by each browser",
                    () -> completions(scenario).size() >= profile.examinees());
            Map<ServiceInstance, Double> after = applied(cluster);
            Map<String, Long> loads = new HashMap<>();
            cluster.stateManagers()
                    .forEach(state -> loads.put(
                            state.name(),
                            Math.round(Objects.requireNonNull(after.get(state))
                                    - Objects.requireNonNull(before.get(state)))));
            loads.putAll(count(scenario.history().of(Event.Uploading.class), Event.Uploading::server));
            loads.putAll(count(scenario.history().of(Event.Subscribed.class), Event.Subscribed::server));
            List<Duration> responses = scenario.history()
                    .of(Event.Answered.class)
                    .map(Event.Answered::took)
                    .toList();
            scenario.note(
                    "%.1f 201s per second; upload %s; capture to notification %s; load per instance %s",
                    scenario.captured() / seconds,
                    Percentiles.of(responses),
                    Percentiles.of(completions(scenario)),
                    loads);
            for (ServiceInstance service : cluster.services()) {
                assertThat(loads.getOrDefault(service.name(), 0L))
                        .as(service.name())
                        .isGreaterThan(profile.examinees() / MAX_IMBALANCE);
            }
        });
    }

    private static Map<ServiceInstance, Double> applied(TestCluster cluster) {
        return cluster.stateManagers().stream()
                .collect(Collectors.toMap(Function.identity(), state -> state.metric(APPLIED)));
    }

    private static <E> Map<String, Long> count(Stream<E> events, Function<E, String> server) {
        return events.collect(Collectors.groupingBy(server, Collectors.counting()));
    }

    /** The time from the message's timestamp, which web-server sets on receipt of the picture, to the browser. */
    private static List<Duration> completions(FaultScenario scenario) {
        Map<ExamineeKey, Duration> first = new HashMap<>();
        scenario.history()
                .of(Event.Received.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .forEach(message ->
                        first.putIfAbsent(message.examinee(), Duration.between(message.timestamp(), message.at())));
        return List.copyOf(first.values());
    }
}
