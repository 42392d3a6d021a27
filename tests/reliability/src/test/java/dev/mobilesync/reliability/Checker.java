package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a history and the final state against the guarantees of docs/reliability.md. It depends on no implementation
 * detail of the services.
 *
 * @param maxResponseTime the maximum time until any response to an upload
 * @param unprocessable whether the scenario sends unprocessable messages, so that dead letters are allowed
 * @param lostWrites whether the scenario makes Redis lose acknowledged writes, so that a picture may complete the step
 *     again
 * @param previousRelease whether services of the previous release run, to which the API documents of this one do not apply
 */
record Checker(Duration maxResponseTime, boolean unprocessable, boolean lostWrites, boolean previousRelease) {

    private static final double RUNNABLE_OF_SUITE = 4;

    /** The default check of scenarios. */
    static Checker strict() {
        return new Checker(Duration.ofSeconds(5), false, false, false);
    }

    Checker withUnprocessableMessages() {
        return new Checker(maxResponseTime, true, lostWrites, previousRelease);
    }

    Checker withLostWrites() {
        return new Checker(maxResponseTime, unprocessable, true, previousRelease);
    }

    Checker withPreviousRelease() {
        return new Checker(maxResponseTime, unprocessable, lostWrites, true);
    }

    /**
     * @return the violations, one sentence each
     */
    List<String> check(List<Event> history, FinalState end) {
        List<String> violations = new ArrayList<>();
        Map<ExamineeKey, List<Event.Answered>> responses = byExaminee(history, Event.Answered.class, e -> e.examinee());
        Map<ExamineeKey, List<Event.Received>> received = byExaminee(history, Event.Received.class, e -> e.examinee());
        Set<ExamineeKey> ordered =
                byExaminee(history, Event.Ordered.class, e -> e.examinee()).keySet();
        Map<ExamineeKey, List<Event.Uploading>> uploads = byExaminee(history, Event.Uploading.class, e -> e.examinee());
        uploads.forEach((examinee, sent) -> {
            List<Event.Answered> answered = responses.getOrDefault(examinee, List.of());
            everyPictureIsAccepted(examinee, sent, answered, violations);
            eachCaptureHasOneEffect(examinee, sent, answered, received.getOrDefault(examinee, List.of()), violations);
            acceptedUploadsAreStored(examinee, answered, received.getOrDefault(examinee, List.of()), end, violations);
        });
        received.forEach((examinee, messages) -> {
            onlyOwnMessages(examinee, messages, violations);
            noStatusRegression(examinee, messages, ordered.contains(examinee), violations);
            endsWithRecord(examinee, messages, end.records().get(examinee), violations);
        });
        proctorsSeeUploads(history, uploads, violations);
        responsesAreInTime(history, violations);
        statusesAreDocumented(responses, violations);
        if (!previousRelease) {
            history.stream()
                    .filter(Event.Undocumented.class::isInstance)
                    .map(Event.Undocumented.class::cast)
                    .forEach(event -> violations.add(event.difference()));
        }
        deadLetters(end, violations);
        return violations;
    }

    private static <E extends Event> Map<ExamineeKey, List<E>> byExaminee(
            List<Event> history, Class<E> type, Function<E, ExamineeKey> examinee) {
        return history.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .collect(Collectors.groupingBy(examinee, LinkedHashMap::new, Collectors.toList()));
    }

    private static void everyPictureIsAccepted(
            ExamineeKey examinee, List<Event.Uploading> sent, List<Event.Answered> answered, List<String> violations) {
        Set<String> accepted = answered.stream()
                .filter(response -> response.status() == 201)
                .map(Event.Answered::picture)
                .collect(Collectors.toSet());
        sent.stream()
                .map(Event.Uploading::picture)
                .distinct()
                .filter(picture -> !accepted.contains(picture))
                .forEach(picture ->
                        violations.add(id(examinee) + ": picture " + picture + " was never answered with 201"));
    }

    /** Each picture is accepted once and changes the state once, regardless of its retries. */
    private void eachCaptureHasOneEffect(
            ExamineeKey examinee,
            List<Event.Uploading> sent,
            List<Event.Answered> answered,
            List<Event.Received> received,
            List<String> violations) {
        Map<String, Set<Instant>> times = new HashMap<>();
        answered.stream()
                .filter(response -> response.status() == 201 && response.timestamp() != null)
                .forEach(response -> times.computeIfAbsent(response.picture(), key -> new HashSet<>())
                        .add(Objects.requireNonNull(response.timestamp())));
        times.forEach((picture, all) -> {
            if (all.size() > 1) {
                violations.add(id(examinee) + ": picture " + picture + " was accepted more than once, at " + all);
            }
        });
        long pictures = sent.stream().map(Event.Uploading::picture).distinct().count();
        Set<Long> completions = received.stream()
                .filter(message -> message.status() == Status.COMPLETED && message.revision() != null)
                .map(Event.Received::revision)
                .collect(Collectors.toSet());
        if (completions.size() > pictures && !lostWrites) {
            violations.add(id(examinee) + ": " + pictures + " picture(s) completed the step " + completions.size()
                    + " times, in revisions " + completions);
        }
    }

    /** After each 201 the record is COMPLETED, the store has the picture or that of a newer 201, and the browser received the state. */
    private static void acceptedUploadsAreStored(
            ExamineeKey examinee,
            List<Event.Answered> answered,
            List<Event.Received> received,
            FinalState end,
            List<String> violations) {
        List<Event.Answered> accepted =
                answered.stream().filter(response -> response.status() == 201).toList();
        if (accepted.isEmpty()) {
            return;
        }
        SyncRecord record = end.records().get(examinee);
        if (record == null || record.status() != Status.COMPLETED) {
            violations.add(id(examinee) + ": 201, and the record is " + (record == null ? "missing" : record.status()));
        }
        Event.Answered last =
                accepted.stream().max(Comparator.comparing(Checker::takenAt)).orElseThrow();
        if (record != null && record.timestamp().isBefore(takenAt(last))) {
            violations.add(id(examinee) + ": the last picture is of " + takenAt(last) + ", the record of "
                    + record.timestamp());
        }
        String stored = end.pictures().get(examinee);
        if (!last.picture().equals(stored)) {
            violations.add(id(examinee) + ": picture " + last.picture() + " was answered with 201, the store has "
                    + (stored == null ? "none" : stored));
        }
        for (Event.Answered response : accepted) {
            boolean wasNotified = received.stream()
                    .anyMatch(message -> message.status() == Status.COMPLETED
                            && !message.timestamp().isBefore(takenAt(response)));
            if (!wasNotified) {
                violations.add(id(examinee) + ": the browser never received the completion of " + takenAt(response));
            }
        }
    }

    /** A picture that a proctor sees is one that this examinee's phone has sent. */
    private static void proctorsSeeUploads(
            List<Event> history, Map<ExamineeKey, List<Event.Uploading>> uploads, List<String> violations) {
        byExaminee(history, Event.PictureSeen.class, e -> e.examinee()).forEach((examinee, seen) -> seen.stream()
                .filter(picture -> uploads.getOrDefault(examinee, List.of()).stream()
                        .noneMatch(upload -> upload.picture().equals(picture.picture())))
                .forEach(picture -> violations.add(
                        id(examinee) + ": the proctor saw picture " + picture.picture() + ", which was never sent")));
    }

    static Instant takenAt(Event.Answered response) {
        return response.timestamp() == null ? Instant.MAX : response.timestamp();
    }

    private static void onlyOwnMessages(ExamineeKey examinee, List<Event.Received> messages, List<String> violations) {
        messages.stream()
                .filter(message -> !message.about().equals(examinee))
                .forEach(message -> violations.add(id(examinee) + ": received a message about " + message.about()));
    }

    /**
     * Revisions never decrease, and each belongs to one state. Without orders no revision leaves COMPLETED, and no timeout
     * follows another.
     */
    private static void noStatusRegression(
            ExamineeKey examinee, List<Event.Received> messages, boolean ordered, List<String> violations) {
        Event.Received last = null;
        for (Event.Received message : messages) {
            Long revision = message.revision();
            if (revision == null) {
                continue;
            }
            if (last != null) {
                long before = Objects.requireNonNull(last.revision());
                if (revision < before) {
                    violations.add(id(examinee) + ": received revision " + revision + " after " + before);
                    continue;
                }
                boolean same =
                        message.status() == last.status() && message.timestamp().equals(last.timestamp());
                if (revision == before && !same) {
                    violations.add(id(examinee) + ": revision " + revision + " is both " + last.status() + " of "
                            + last.timestamp() + " and " + message.status() + " of " + message.timestamp());
                }
                boolean leftCompleted =
                        !ordered && last.status() == Status.COMPLETED && message.status() != Status.COMPLETED;
                boolean repeatedTimeout = last.status() == Status.TIMEOUT && message.status() == Status.TIMEOUT;
                if (leftCompleted || repeatedTimeout && revision > before) {
                    violations.add(id(examinee) + ": went from " + last.status() + " to " + message.status());
                }
            }
            last = message;
        }
    }

    private static void endsWithRecord(
            ExamineeKey examinee, List<Event.Received> messages, @Nullable SyncRecord record, List<String> violations) {
        long last = messages.stream()
                .map(Event.Received::revision)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .max()
                .orElse(-1);
        if (last >= 0 && (record == null || record.revision() != last)) {
            violations.add(id(examinee) + ": the browser's last revision is " + last + ", the record's "
                    + (record == null ? "is missing" : record.revision()));
        }
    }

    /** The limit grows with the number of runnable threads beyond the suite's own. */
    private void responsesAreInTime(List<Event> history, List<String> violations) {
        List<Event.CpuSample> samples = history.stream()
                .filter(Event.CpuSample.class::isInstance)
                .map(Event.CpuSample.class::cast)
                .toList();
        for (Event event : history) {
            if (event instanceof Event.Answered response) {
                responseTimeViolation(
                                samples,
                                response,
                                response.examinee(),
                                response.status() + " of " + response.server(),
                                response.took())
                        .ifPresent(violations::add);
            } else if (event instanceof Event.Unanswered none) {
                responseTimeViolation(samples, none, none.examinee(), "no response of " + none.server(), none.took())
                        .ifPresent(violations::add);
            }
        }
    }

    private Optional<String> responseTimeViolation(
            List<Event.CpuSample> samples, Event event, ExamineeKey examinee, String what, Duration took) {
        double factor = timeoutFactor(samples, event.at().minus(took), event.at());
        return took.toMillis() <= maxResponseTime.toMillis() * factor
                ? Optional.empty()
                : Optional.of("%s: %s took %d ms (limit extended by a factor of %.1f)"
                        .formatted(id(examinee), what, took.toMillis(), factor));
    }

    private static double timeoutFactor(List<Event.CpuSample> samples, Instant from, Instant to) {
        double runnable = samples.stream()
                .filter(sample -> !sample.at().isBefore(from) && !sample.at().isAfter(to))
                .mapToDouble(Event.CpuSample::runnable)
                .average()
                .orElse(0);
        return Math.max(1, runnable / RUNNABLE_OF_SUITE);
    }

    private static void statusesAreDocumented(
            Map<ExamineeKey, List<Event.Answered>> responses, List<String> violations) {
        responses.forEach((examinee, all) -> all.stream()
                .filter(response -> response.status() != 201 && response.status() != 429 && response.status() != 503)
                .forEach(response -> violations.add(id(examinee) + ": a valid upload was answered with "
                        + response.status() + " " + response.code())));
    }

    private void deadLetters(FinalState end, List<String> violations) {
        end.deadLetters().stream()
                .filter(deadLetter -> deadLetter.processable() || !unprocessable)
                .forEach(deadLetter -> violations.add("message " + deadLetter.messageId() + " is a dead letter ("
                        + (deadLetter.processable() ? "and could be processed" : deadLetter.reason()) + ")"));
    }

    private static String id(ExamineeKey examinee) {
        return examinee.examineeId();
    }
}
