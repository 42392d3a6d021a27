package dev.mobilesync.state.record;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.security.AuthenticatedCaller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Ends pairings: the paired phone may not upload any more, and the open codes are void. web-server writes these keys in all other
 * cases. Throws Spring's {@code DataAccessException} if Redis is unavailable.
 */
final class PairingStore {

    /**
     * ARGV: value, time to live in ms. A longer time to live stays, because the phone's token may be valid as long. Returns
     * the time of the Redis node in ms.
     */
    private static final RedisScript<Long> END = RedisScript.of("""
            local time = redis.call('TIME')
            local remaining = redis.call('PTTL', KEYS[1])
            redis.call('SET', KEYS[1], ARGV[1], 'PX', math.max(remaining, tonumber(ARGV[2])))
            return time[1] * 1000 + math.floor(time[2] / 1000)
            """, Long.class);

    private final RedisPipeline pipeline;
    private final Duration timeToLive;

    PairingStore(RedisPipeline pipeline, Duration timeToLive) {
        this.pipeline = pipeline;
        this.timeToLive = timeToLive;
    }

    /**
     * Ends the pairings of examinees whose step is reset.
     *
     * @param orders when each reset was ordered
     * @return when each pairing ended, by the clock of Redis
     */
    Map<ExamineeKey, Instant> endAll(Map<ExamineeKey, Instant> orders) {
        List<RedisPipeline.ScriptCall> ends = new ArrayList<>();
        List<RedisPipeline.Call<Long>> deletions = new ArrayList<>();
        orders.forEach((examinee, orderedAt) -> {
            ends.add(new RedisPipeline.ScriptCall(
                    RedisKeys.pairedDevice(examinee),
                    List.of(AuthenticatedCaller.Device.endedPairing(orderedAt), Long.toString(timeToLive.toMillis()))));
            // A code is valid only if this key names it.
            deletions.add(RedisPipeline.delete(RedisKeys.newestCodes(examinee)));
        });
        pipeline.run(deletions);
        deletions.forEach(RedisPipeline.Call::reply);
        List<RedisPipeline.Call<Long>> times = pipeline.runScript(END, ends);
        Map<ExamineeKey, Instant> ended = new HashMap<>();
        Iterator<RedisPipeline.Call<Long>> time = times.iterator();
        for (ExamineeKey examinee : orders.keySet()) {
            ended.put(examinee, Instant.ofEpochMilli(requireNonNull(time.next().reply())));
        }
        return ended;
    }
}
