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

/** The normal case: two instances of each service, nothing breaks, and each of them does its share. */
@OnRig(Shape.STANDARD)
class TwoOfEachIT {

    private static final String APPLIED = "mobile_sync_outcomes_total";
    private static final int SHARE = 5;

    @Test
    void eachDoesItsShare(Rig rig) throws Exception {
        Load load = Load.usual();
        Row.run(rig, "nothing; two instances of each service", load, row -> {
            Map<ServiceInstance, Double> before = applied(rig);
            Instant start = Instant.now();
            row.await("all have their 201", () -> row.crowd().phonesAreDone());
            double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
            row.await("all have been told", () -> completions(row).size() >= load.examinees());
            Map<ServiceInstance, Double> after = applied(rig);
            Map<String, Long> shares = new HashMap<>();
            rig.stateManagers()
                    .forEach(state -> shares.put(
                            state.name(),
                            Math.round(Objects.requireNonNull(after.get(state))
                                    - Objects.requireNonNull(before.get(state)))));
            shares.putAll(count(row.history().of(Event.Uploading.class), Event.Uploading::server));
            shares.putAll(count(row.history().of(Event.Subscribed.class), Event.Subscribed::server));
            List<Duration> answers = row.history()
                    .of(Event.Answered.class)
                    .map(Event.Answered::took)
                    .toList();
            row.saw(
                    "%.1f 201 a second; upload %s; picture taken to told %s; shares %s",
                    row.taken() / seconds, Percentiles.of(answers), Percentiles.of(completions(row)), shares);
            for (ServiceInstance service : rig.services()) {
                assertThat(shares.getOrDefault(service.name(), 0L))
                        .as(service.name())
                        .isGreaterThan(load.examinees() / SHARE);
            }
        });
    }

    private static Map<ServiceInstance, Double> applied(Rig rig) {
        return rig.stateManagers().stream()
                .collect(Collectors.toMap(Function.identity(), state -> state.metric(APPLIED)));
    }

    private static <E> Map<String, Long> count(Stream<E> events, Function<E, String> server) {
        return events.collect(Collectors.groupingBy(server, Collectors.counting()));
    }

    /** From the time in the message, which web-server set when it had the picture, to the browser. */
    private static List<Duration> completions(Row row) {
        Map<ExamineeKey, Duration> first = new HashMap<>();
        row.history()
                .of(Event.Heard.class)
                .filter(message -> message.status() == Status.COMPLETED)
                .forEach(message ->
                        first.putIfAbsent(message.examinee(), Duration.between(message.timestamp(), message.at())));
        return List.copyOf(first.values());
    }
}
