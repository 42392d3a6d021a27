package dev.mobilesync.admin.story;

import static java.util.Objects.requireNonNullElse;

import dev.mobilesync.admin.command.Failures;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Redaction;
import dev.mobilesync.admin.deadletter.DeadLetterSummary;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.state.deadletter.DeadLetters;
import dev.mobilesync.state.deadletter.DeadLetters.Decision;
import dev.mobilesync.web.history.HistoryReader;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import io.minio.errors.MinioException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Reads the story of one examinee from Redis, the object store and the broker. Each part may be unavailable. */
final class StoryReader {

    private static final String NAME = "name";

    private final ExamineeKey examinee;
    private final StringRedisTemplate redis;
    private final CaptureVersions captures;
    private final List<DeadLetters> deadLetters;
    private final Progress progress;
    private final Map<String, String> unavailable = new TreeMap<>();
    private boolean recordHasWrongType;

    StoryReader(
            ExamineeKey examinee,
            StringRedisTemplate redis,
            CaptureVersions captures,
            List<DeadLetters> deadLetters,
            Progress progress) {
        this.examinee = examinee;
        this.redis = redis;
        this.captures = captures;
        this.deadLetters = deadLetters;
        this.progress = progress;
    }

    @FunctionalInterface
    private interface Part<T> {

        T read() throws Exception;
    }

    Story read() {
        Map<String, String> record = part("record", Map.of(), this::record);
        List<HistoryEntry> history = part("history", List.of(), this::history);
        Optional<Double> deadline = part(
                "deadline",
                Optional.empty(),
                () -> Optional.ofNullable(redis.opsForZSet().score(RedisKeys.DEADLINES, examinee.qualifiedId())));
        return new Story(
                examinee.planId(),
                examinee.examineeId(),
                withoutName(record),
                problem(record),
                deadline.map(millis -> Instant.ofEpochMilli(millis.longValue())).orElse(null),
                part("paired phone", Optional.<String>empty(), this::pairedDevice)
                        .orElse(null),
                part(
                        "index",
                        false,
                        () -> redis.opsForZSet().score(RedisKeys.planIndex(examinee.planId()), examinee.examineeId())
                                != null),
                part("roster", false, () -> redis.opsForHash()
                        .hasKey(RedisKeys.roster(examinee.planId()), examinee.examineeId())),
                part("pictures", List.of(), this::pictures),
                history.stream().filter(entry -> entry.order() == null).toList(),
                history.stream().filter(entry -> entry.order() != null).toList(),
                part("dead letters", List.of(), this::deadLetters),
                unavailable);
    }

    private <T> T part(String name, T otherwise, Part<T> part) {
        try {
            return part.read();
        } catch (Exception e) {
            unavailable.put(name, Failures.message(e));
            return otherwise;
        }
    }

    private Map<String, String> record() {
        try {
            return redis.<String, String>opsForHash().entries(RedisKeys.record(examinee));
        } catch (DataAccessException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            recordHasWrongType = true;
            return Map.of();
        }
    }

    private static Map<String, String> withoutName(Map<String, String> record) {
        Map<String, String> fields = new TreeMap<>();
        record.forEach((field, value) -> fields.put(field, Redaction.text(field, value)));
        fields.remove(NAME);
        return fields;
    }

    private @Nullable String problem(Map<String, String> record) {
        if (recordHasWrongType) {
            return "its key is not a hash";
        }
        try {
            SyncRecord.fromHash(examinee, record);
            return null;
        } catch (UnreadableRecordException e) {
            return e.getMessage();
        }
    }

    private List<HistoryEntry> history() {
        List<HistoryEntry> entries = new ArrayList<>(new HistoryReader(redis).read(examinee));
        entries.sort(Comparator.comparingLong(HistoryEntry::revision));
        return entries;
    }

    /** The value also has the id of the phone's token, and no phone after a reset. */
    private Optional<String> pairedDevice() {
        String paired = requireNonNullElse(redis.opsForValue().get(RedisKeys.pairedDevice(examinee)), "");
        String device = paired.substring(0, Math.max(0, paired.indexOf(':')));
        return device.isEmpty() ? Optional.empty() : Optional.of(device);
    }

    private List<Story.Picture> pictures() throws MinioException {
        List<CaptureVersions.Version> versions = new ArrayList<>();
        String key = captures.key(examinee);
        captures.list(key, version -> {
            if (version.key().equals(key)) {
                versions.add(version);
            }
        });
        List<Story.Picture> pictures = new ArrayList<>();
        for (CaptureVersions.Version version : versions) {
            progress.update(() -> pictures.size() + " of " + versions.size() + " pictures read");
            CaptureMetadata metadata = version.isDeleteMarker()
                    ? null
                    : captures.readMetadata(version).join();
            // Plans may share a key.
            boolean own = metadata != null && metadata.examinee().equals(examinee);
            if (own || version.isDeleteMarker()) {
                pictures.add(new Story.Picture(
                        metadata == null ? null : metadata.timestamp(),
                        version.storedAt(),
                        metadata == null ? null : metadata.deviceId(),
                        CaptureVersions.imageVersion(version),
                        version.isLatest(),
                        version.isDeleteMarker()));
            }
        }
        pictures.sort(Comparator.comparing(Story.Picture::storedAt));
        return pictures;
    }

    private List<DeadLetterSummary> deadLetters() {
        List<DeadLetterSummary> found = new ArrayList<>();
        int[] read = {0};
        for (DeadLetters queue : deadLetters) {
            queue.forEach(deadLetter -> {
                read[0]++;
                progress.update(() -> read[0] + " dead letters read");
                if (examinee.equals(deadLetter.examinee())) {
                    found.add(DeadLetterSummary.of(deadLetter));
                }
                return Decision.KEEP;
            });
        }
        return found;
    }
}
