package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContract;
import dev.mobilesync.testsupport.api.HttpExchange;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A phone that follows docs/integration.md: it keeps its picture until a 201 and resends it after retryable failures, with
 * Retry-After and jitter.
 */
final class SimulatedPhone extends SimulatedUser {

    private static final Duration TIMEOUT = Duration.ofSeconds(12);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 8_000;
    private static final long JITTER_MILLIS = 1_000;
    private static final long SECOND_PICTURE_MILLIS = 1_000;

    private final String device;
    private volatile String token;
    private volatile boolean done;
    private volatile boolean missing;
    private boolean extended;
    private boolean timedOut;
    private boolean accepted;
    private boolean completed;
    private long lastRetake = -1;

    SimulatedPhone(LoadGenerator load, ExamineeKey examinee, Random random) {
        super(load, examinee, random);
        device = "M-" + examinee.examineeId();
        token = load.profile.wholeStep() ? "" : TestTokens.device(examinee.planId(), examinee.examineeId(), device);
    }

    ExamineeKey examinee() {
        return examinee;
    }

    boolean isDone() {
        return done;
    }

    /** The examinee has no phone: a proctor sets a new deadline, and accepts the step after it has passed. */
    void setMissing() {
        missing = true;
    }

    /** Takes a picture and uploads it, after the pairing. */
    void takePicture(boolean secondPicture) {
        if (missing) {
            return;
        }
        if (token.isEmpty()) {
            new PhonePairing(load, examinee, device, random, paired -> {
                        token = paired;
                        takePicture(secondPicture);
                    })
                    .start();
            return;
        }
        byte[] picture = Jpegs.picture(load.profile.width(), load.profile.height(), random.nextLong());
        upload(new UploadAttempt(
                MultipartBody.upload(device, picture),
                Digests.sha256(picture),
                UUID.randomUUID().toString(),
                1,
                secondPicture));
    }

    private void upload(UploadAttempt attempt) {
        ServiceInstance server = load.webServers.choose(random);
        HttpRequest request = upload(server, examinee, token, attempt.body)
                .header("Idempotency-Key", attempt.key)
                .build();
        Instant sent = Instant.now();
        load.history.add(new Event.Uploading(sent, examinee, server.name(), attempt.picture, attempt.number));
        load.http.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, failure) -> {
            Instant now = Instant.now();
            Duration took = Duration.between(sent, now);
            if (response == null && load.webServers.retriesElsewhere(server, requireNonNull(failure))) {
                upload(attempt);
            } else if (response == null) {
                load.history.add(new Event.Unanswered(
                        now, examinee, server.name(), attempt.picture, attempt.number, failureReason(failure), took));
                load.schedule(pause(attempt, 0), () -> upload(attempt.next()));
            } else {
                load.history.addIfUndocumented(() -> HttpContract.check(HttpExchange.of(request, response)));
                JsonNode body = json(response.body());
                load.history.add(new Event.Answered(
                        now,
                        examinee,
                        server.name(),
                        attempt.picture,
                        attempt.number,
                        response.statusCode(),
                        body.path("code").asString(null),
                        timestamp(body),
                        took));
                answered(attempt, response, body);
            }
        });
    }

    /** One upload without a key. */
    static HttpRequest.Builder upload(ServiceInstance server, ExamineeKey examinee, String token, byte[] body) {
        return HttpRequest.newBuilder(server.uri()
                        .resolve("/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId()
                                + "/mobile-captures"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(BodyPublishers.ofByteArray(body));
    }

    private void answered(UploadAttempt attempt, HttpResponse<String> response, JsonNode body) {
        if (response.statusCode() == 201) {
            if (attempt.secondPicture && load.profile.wholeStep()) {
                orderRetake(true, false);
            } else if (attempt.secondPicture) {
                load.schedule(SECOND_PICTURE_MILLIS, () -> takePicture(false));
            } else {
                done = true;
            }
        } else if (body.path("retryable").asBoolean(response.statusCode() >= 500)) {
            long retryAfter = response.headers().firstValueAsLong("Retry-After").orElse(0) * 1_000;
            load.schedule(pause(attempt, retryAfter), () -> upload(attempt.next()));
        } else {
            done = true;
        }
    }

    /** The examinee's browser shows that the step is entered. */
    synchronized void onWaiting() {
        if (missing && !extended) {
            extended = true;
            load.proctor().setDeadline(examinee);
        }
    }

    /** The examinee's browser shows that the deadline has passed. */
    synchronized void onTimeout() {
        if (missing && !timedOut) {
            timedOut = true;
            load.proctor().accept(examinee);
        }
    }

    /** The examinee's browser shows that the step is completed. */
    void onCompleted() {
        if (missing) {
            done = true;
        } else {
            orderRetake(false, true);
        }
    }

    /** Lets the proctor order a retake once the picture is accepted and the browser has been notified. */
    private synchronized void orderRetake(boolean nowAccepted, boolean nowCompleted) {
        boolean before = accepted && completed;
        accepted |= nowAccepted;
        completed |= nowCompleted;
        if (!before && accepted && completed) {
            load.proctor().orderRetake(examinee);
        }
    }

    /** Takes another picture, once per order. */
    synchronized void onRetake(long revision) {
        if (revision > lastRetake) {
            lastRetake = revision;
            done = false;
            takePicture(false);
        }
    }

    private long pause(UploadAttempt attempt, long atLeastMillis) {
        return Math.max(
                atLeastMillis + random.nextLong(JITTER_MILLIS),
                pause(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS, attempt.number));
    }

    private static JsonNode json(String body) {
        try {
            return MessageCodec.mapper().readTree(body);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private static @Nullable Instant timestamp(JsonNode body) {
        String text = body.path("data").path("timestamp").asString(null);
        return text == null ? null : Instant.parse(text);
    }

    private static String failureReason(@Nullable Throwable failure) {
        Throwable cause = requireNonNull(failure);
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** One upload attempt. */
    private record UploadAttempt(byte[] body, String picture, String key, int number, boolean secondPicture) {

        private UploadAttempt next() {
            return new UploadAttempt(body, picture, key, number + 1, secondPicture);
        }
    }
}
