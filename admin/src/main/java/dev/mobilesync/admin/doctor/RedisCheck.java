package dev.mobilesync.admin.doctor;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.admin.command.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Checks the connection to Redis, that it may be written and keeps its data, and its clock.
 *
 * @param clock that of this machine
 */
record RedisCheck(StringRedisTemplate redis, Clock clock) implements Check {

    private static final String SUBJECT = "Redis";
    private static final Duration PROBE_TTL = Duration.ofSeconds(10);
    /** Writes and deletes a key by a script, as the services do. */
    private static final RedisScript<Long> PROBE = RedisScript.of(
            "redis.call('set', KEYS[1], '', 'px', ARGV[1]) return redis.call('del', KEYS[1])", Long.class);

    @Override
    public void run(Consumer<Finding> findings) {
        try (RedisConnection connection =
                requireNonNull(redis.getConnectionFactory()).getConnection()) {
            connection.ping();
            findings.accept(
                    Finding.ok(SUBJECT, "Redis " + String.join(", ", values(connection, "server", "redis_version"))));
        } catch (DataAccessException e) {
            findings.accept(Finding.problem(SUBJECT, Failures.reason(e), connectionFix(e)));
            return;
        }
        checkWrites(findings);
        try (RedisConnection connection =
                requireNonNull(redis.getConnectionFactory()).getConnection()) {
            checkPolicy(connection, findings);
            checkPersistence(connection, findings);
            checkClock(connection, findings);
        } catch (DataAccessException e) {
            findings.accept(
                    Finding.warning(
                            SUBJECT + " configuration",
                            "could not be checked: " + Failures.reason(e),
                            "Permit the commands INFO and TIME, or check maxmemory-policy noeviction and appendonly yes by hand"));
        }
    }

    private static String connectionFix(DataAccessException e) {
        String reason = Failures.reason(e);
        return reason.contains("NOAUTH") || reason.contains("WRONGPASS") || reason.contains("AUTH")
                ? "Set SPRING_DATA_REDIS_PASSWORD (and SPRING_DATA_REDIS_USERNAME)"
                : "Start Redis, or set SPRING_DATA_REDIS_HOST and SPRING_DATA_REDIS_PORT; with TLS also"
                        + " SPRING_DATA_REDIS_SSL_ENABLED=true";
    }

    private void checkWrites(Consumer<Finding> findings) {
        String name = "doctor:" + UUID.randomUUID();
        try {
            for (String key : List.of("mobile_sync:" + name, "plan:" + name)) {
                redis.execute(PROBE, List.of(key), Long.toString(PROBE_TTL.toMillis()));
            }
            findings.accept(Finding.ok("Redis writes", "scripts may write and delete keys"));
        } catch (DataAccessException e) {
            findings.accept(
                    Finding.problem(
                            "Redis writes",
                            Failures.reason(e),
                            "Connect to the primary, free memory, and permit the user to run scripts and to write the keys mobile_sync:* and plan:*"));
        }
    }

    private static void checkPolicy(RedisConnection connection, Consumer<Finding> findings) {
        List<String> policies = values(connection, "memory", "maxmemory_policy");
        String subject = "Redis maxmemory-policy";
        if (policies.isEmpty()) {
            findings.accept(
                    Finding.warning(subject, "unknown", "Check that it is noeviction (CONFIG GET maxmemory-policy)"));
        } else if (policies.stream().allMatch("noeviction"::equals)) {
            findings.accept(Finding.ok(subject, "noeviction"));
        } else {
            findings.accept(
                    Finding.problem(
                            subject,
                            String.join(", ", policies) + ": Redis deletes records when its memory is full",
                            "Set maxmemory-policy noeviction in redis.conf (now: redis-cli CONFIG SET maxmemory-policy noeviction)"));
        }
    }

    private static void checkPersistence(RedisConnection connection, Consumer<Finding> findings) {
        List<String> enabled = values(connection, "persistence", "aof_enabled");
        String subject = "Redis persistence";
        if (!enabled.isEmpty() && enabled.stream().allMatch("1"::equals)) {
            findings.accept(Finding.ok(subject, "appendonly yes"));
        } else {
            findings.accept(Finding.warning(
                    subject,
                    "appendonly is not on: a restart loses states, which the sweep restores from the pictures only",
                    "Set appendonly yes in redis.conf (now: redis-cli CONFIG SET appendonly yes)"));
        }
    }

    private void checkClock(RedisConnection connection, Consumer<Finding> findings) {
        Instant before = clock.instant();
        Long millis = connection.serverCommands().time(TimeUnit.MILLISECONDS);
        Duration half = Duration.between(before, clock.instant()).dividedBy(2);
        if (millis != null) {
            Duration difference = Duration.between(before.plus(half), Instant.ofEpochMilli(millis));
            findings.accept(ClockLimit.check(SUBJECT, difference, half.plusMillis(1)));
        }
    }

    /** Returns the distinct values of a field of {@code INFO}; of a cluster, those of all nodes. */
    private static List<String> values(RedisConnection connection, String section, String field) {
        Properties info = connection.serverCommands().info(section);
        return info == null
                ? List.of()
                : info.stringPropertyNames().stream()
                        .filter(name -> name.equals(field) || name.endsWith("." + field))
                        .map(name -> info.getProperty(name).strip())
                        .distinct()
                        .sorted()
                        .toList();
    }
}
