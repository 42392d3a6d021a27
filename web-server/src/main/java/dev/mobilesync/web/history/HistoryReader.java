package dev.mobilesync.web.history;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.RedisKeys;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Reads histories that state-manager writes. Methods throw Spring's {@code DataAccessException}. */
@Component
public final class HistoryReader {

    private final StringRedisTemplate redis;

    public HistoryReader(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /** Returns the newest changes of an examinee's record, the latest one first. Omits unreadable entries. */
    public List<HistoryEntry> read(ExamineeKey examinee) {
        List<String> entries = redis.opsForList().range(RedisKeys.history(examinee), -HistoryEntry.MAX_ENTRIES, -1);
        return Objects.requireNonNullElse(entries, List.<String>of()).stream()
                .map(HistoryEntry::fromJson)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(HistoryEntry::revision).reversed())
                .toList();
    }

    /** Returns whether the stored history names this version of the picture. It may lack an old version that the examinee sent. */
    public boolean contains(ExamineeKey examinee, String imageUrl, String imageVersion) {
        return read(examinee).stream()
                .anyMatch(entry -> imageUrl.equals(entry.imageUrl()) && imageVersion.equals(entry.imageVersion()));
    }
}
