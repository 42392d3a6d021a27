package dev.mobilesync.web.roster;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.web.common.WebServerProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** Rosters in Redis: one hash per plan, which expires. Methods throw Spring's {@code DataAccessException}. */
@Component
final class RosterStore {

    /** ARGV: time to live in ms, then examinees and names. Lua limits the number of values that one command can take. */
    private static final RedisScript<Long> REPLACE = RedisScript.of("""
            redis.call('DEL', KEYS[1])
            for first = 2, #ARGV, 1000 do
              redis.call('HSET', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return redis.call('HLEN', KEYS[1])
            """, Long.class);

    private final StringRedisTemplate redis;
    private final Duration timeToLive;

    RosterStore(StringRedisTemplate redis, WebServerProperties properties) {
        this.redis = redis;
        this.timeToLive = properties.rosterTtl();
    }

    /** Replaces the plan's roster as a whole. An empty one removes it. */
    void replace(String planId, Roster roster) {
        List<String> arguments = new ArrayList<>(1 + 2 * roster.examinees().size());
        arguments.add(Long.toString(timeToLive.toMillis()));
        for (Roster.Entry entry : roster.examinees()) {
            arguments.add(entry.examineeId());
            arguments.add(entry.name() == null ? "" : entry.name());
        }
        redis.execute(REPLACE, List.of(RedisKeys.roster(planId)), arguments.toArray());
    }

    /** Returns the plan's roster in the order of the examinees' ids; an empty one if there is none. */
    Roster find(String planId) {
        Map<String, String> names =
                new TreeMap<>(redis.<String, String>opsForHash().entries(RedisKeys.roster(planId)));
        return new Roster(names.entrySet().stream()
                .map(entry -> new Roster.Entry(entry.getKey(), entry.getValue()))
                .toList());
    }
}
