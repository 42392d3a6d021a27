package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.messages.RedisKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisClusterNode;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.Cursor;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Erases examinees from Redis; a dry run removes nothing. Methods throw Spring's {@code DataAccessException}. */
record RedisErasure(StringRedisTemplate redis, boolean dryRun) {

    private static final int SCAN_STEP = 1_000;

    /**
     * Returns a plan's examinees. Scans all keys, which the services never do, because a crash may have left keys without
     * an index entry.
     */
    Set<String> examinees(String planId) {
        Set<String> examinees = new TreeSet<>();
        for (String index : List.of(RedisKeys.planIndex(planId), RedisKeys.planChanges(planId))) {
            examinees.addAll(Objects.requireNonNullElse(redis.opsForZSet().range(index, 0, -1), Set.of()));
        }
        examinees.addAll(redis.<String, String>opsForHash().keys(RedisKeys.roster(planId)));
        Pattern keyPattern =
                Pattern.compile("plan:" + planId + ":examinee:(" + Identifiers.PATTERN + "):mobile_sync(:.*)?");
        addMatches(scanKeys("plan:" + planId + ":examinee:*"), keyPattern, examinees);
        Pattern memberPattern = Pattern.compile(planId + ":(" + Identifiers.PATTERN + ")");
        addMatches(deadlines(planId), memberPattern, examinees);
        examinees.removeIf(examinee -> !Identifiers.isValid(examinee));
        return examinees;
    }

    /** Erases one examinee. Removes the index entry last, so that another run finds the examinee after a failure. */
    void erase(ExamineeKey examinee, ErasureReport report) {
        removeMember(RedisKeys.DEADLINES, examinee.qualifiedId(), "deadline", report);
        String newestCodes = RedisKeys.newestCodes(examinee);
        String hmacs = redis.opsForValue().get(newestCodes);
        if (hmacs != null) {
            for (String hmac : hmacs.split(",")) {
                delete(RedisKeys.pairingCode(hmac), "pairing code", report);
            }
            delete(newestCodes, "newest pairing codes", report);
        }
        delete(RedisKeys.pairedDevice(examinee), "paired device", report);
        delete(RedisKeys.history(examinee), "history", report);
        delete(RedisKeys.record(examinee), "record", report);
        removeField(RedisKeys.roster(examinee.planId()), examinee.examineeId(), report);
        removeMember(RedisKeys.planChanges(examinee.planId()), examinee.examineeId(), "change entry", report);
        removeMember(RedisKeys.planIndex(examinee.planId()), examinee.examineeId(), "index entry", report);
    }

    private void delete(String key, String kind, ErasureReport report) {
        if (Boolean.TRUE.equals(dryRun ? redis.hasKey(key) : redis.delete(key))) {
            report.erased(kind, key);
        }
    }

    private void removeMember(String key, String member, String kind, ErasureReport report) {
        Long removed = dryRun ? count(key, member) : redis.opsForZSet().remove(key, member);
        if (removed != null && removed > 0) {
            report.erased(kind, member + " in " + key);
        }
    }

    private long count(String key, String member) {
        return redis.opsForZSet().score(key, member) == null ? 0 : 1;
    }

    private void removeField(String key, String field, ErasureReport report) {
        if (dryRun ? redis.opsForHash().hasKey(key, field) : redis.opsForHash().delete(key, field) > 0) {
            report.erased("roster entry", field + " in " + key);
        }
    }

    private Set<String> deadlines(String planId) {
        Set<String> members = new TreeSet<>();
        ScanOptions options =
                ScanOptions.scanOptions().match(planId + ":*").count(SCAN_STEP).build();
        try (var entries = redis.opsForZSet().scan(RedisKeys.DEADLINES, options)) {
            entries.forEachRemaining(entry -> members.add(String.valueOf(entry.getValue())));
        }
        return members;
    }

    private Set<String> scanKeys(String pattern) {
        ScanOptions options =
                ScanOptions.scanOptions().match(pattern).count(SCAN_STEP).build();
        Set<String> keys = new TreeSet<>();
        try (RedisConnection connection =
                Objects.requireNonNull(redis.getConnectionFactory()).getConnection()) {
            if (connection instanceof RedisClusterConnection cluster) {
                for (RedisClusterNode node : cluster.clusterGetNodes()) {
                    if (node.isMaster()) {
                        addAll(cluster.scan(node, options), keys);
                    }
                }
            } else {
                addAll(connection.keyCommands().scan(options), keys);
            }
        }
        return keys;
    }

    private static void addAll(Cursor<byte[]> found, Set<String> keys) {
        try (found) {
            found.forEachRemaining(key -> keys.add(new String(key, StandardCharsets.UTF_8)));
        }
    }

    private static void addMatches(Set<String> texts, Pattern pattern, Set<String> examinees) {
        for (String text : texts) {
            Matcher matcher = pattern.matcher(text);
            if (matcher.matches()) {
                examinees.add(matcher.group(1));
            }
        }
    }
}
