package dev.mobilesync.state.record;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceExceptionConverter;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Sends many commands in one write per Redis node, over the shared connection, and waits for all replies. A failed command
 * does not affect the others. Spring's {@code executePipelined} fails as a whole, needs a connection per call, and
 * supports no scripts with a cluster.
 */
@Component
final class RedisPipeline {

    /** A command whose reply is read with {@link #reply} after {@link #run}. */
    static final class Call<T> extends AsyncCommand<String, String, T> {

        private Call(CommandType type, CommandOutput<String, String, T> output, CommandArgs<String, String> arguments) {
            super(new Command<>(type, output, arguments));
        }

        /**
         * Returns the reply.
         *
         * @throws DataAccessException if the command failed
         */
        @Nullable
        T reply() {
            try {
                return join();
            } catch (CancellationException e) {
                throw new QueryTimeoutException("no reply of Redis in time", e);
            } catch (CompletionException e) {
                throw translate(e.getCause());
            }
        }
    }

    private static final LettuceExceptionConverter ERRORS = new LettuceExceptionConverter();

    private final LettuceConnectionFactory connectionFactory;

    RedisPipeline(LettuceConnectionFactory connectionFactory) {
        this.connectionFactory = connectionFactory;
    }

    static Call<Map<String, String>> hashGetAll(String key) {
        return new Call<>(
                CommandType.HGETALL,
                new MapOutput<>(StringCodec.UTF8),
                arguments().addKey(key));
    }

    static Call<String> hashGet(String key, String field) {
        return new Call<>(
                CommandType.HGET,
                new ValueOutput<>(StringCodec.UTF8),
                arguments().addKey(key).addValue(field));
    }

    static Call<Long> hashDelete(String key, String field) {
        return new Call<>(
                CommandType.HDEL,
                new IntegerOutput<>(StringCodec.UTF8),
                arguments().addKey(key).addValue(field));
    }

    /** Adds members to a sorted set, or replaces their scores. */
    static Call<Long> sortedSetAdd(String key, Map<String, Double> scores) {
        CommandArgs<String, String> arguments = arguments().addKey(key);
        scores.forEach((member, score) -> arguments.add(score).addValue(member));
        return new Call<>(CommandType.ZADD, new IntegerOutput<>(StringCodec.UTF8), arguments);
    }

    /** Appends a value to a list. */
    static Call<Long> listAppend(String key, String value) {
        return new Call<>(
                CommandType.RPUSH,
                new IntegerOutput<>(StringCodec.UTF8),
                arguments().addKey(key).addValue(value));
    }

    /** Keeps only the last values of a list. */
    static Call<String> listKeepLast(String key, int count) {
        return new Call<>(
                CommandType.LTRIM,
                new StatusOutput<>(StringCodec.UTF8),
                arguments().addKey(key).add(-count).add(-1));
    }

    static Call<Long> delete(String key) {
        return new Call<>(
                CommandType.DEL,
                new IntegerOutput<>(StringCodec.UTF8),
                arguments().addKey(key));
    }

    static Call<Long> expire(String key, long millis) {
        return new Call<>(
                CommandType.PEXPIRE,
                new IntegerOutput<>(StringCodec.UTF8),
                arguments().addKey(key).add(millis));
    }

    /** Runs a script with its text, so that it can be part of a pipeline. */
    static Call<Long> eval(RedisScript<Long> script, String key, List<String> arguments) {
        return call(CommandType.EVAL, script.getScriptAsString(), script, new ScriptCall(key, arguments));
    }

    /** One run of a script with one key. */
    record ScriptCall(String key, List<String> arguments) {}

    /** Runs a script once per call. Loads it into the nodes that do not know it. */
    <T> List<Call<T>> runScript(RedisScript<T> script, List<ScriptCall> calls) {
        List<Call<T>> results = new ArrayList<>(calls.size());
        calls.forEach(call -> results.add(call(CommandType.EVALSHA, script.getSha1(), script, call)));
        run(results);
        List<Call<T>> unknown = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).isCompletedExceptionally() && isNoScript(results.get(i))) {
                results.set(i, call(CommandType.EVAL, script.getScriptAsString(), script, calls.get(i)));
                unknown.add(results.get(i));
            }
        }
        run(unknown);
        return results;
    }

    @SuppressWarnings("unchecked")
    private static <T> Call<T> call(CommandType type, String code, RedisScript<T> script, ScriptCall call) {
        CommandOutput<String, String, ?> output = script.getResultType() == Long.class
                ? new IntegerOutput<>(StringCodec.UTF8)
                : new ValueOutput<>(StringCodec.UTF8);
        return new Call<>(
                type,
                (CommandOutput<String, String, T>) output,
                arguments().add(code).add(1).addKey(call.key()).addValues(call.arguments()));
    }

    private static boolean isNoScript(Call<?> call) {
        return call.handle((reply, failure) -> failure instanceof RedisNoScriptException)
                .join();
    }

    /** Sends the commands and waits until each has a reply or has failed. Does not throw. */
    void run(List<? extends Call<?>> calls) {
        run(calls, List.of());
    }

    /**
     * Sends the commands, and waits for the replies of the first ones only. Those without waiting are cancelled after the
     * timeout, so that an unreachable node of a cluster does not let them pile up.
     */
    void run(List<? extends Call<?>> calls, List<? extends Call<?>> fireAndForget) {
        if (calls.isEmpty() && fireAndForget.isEmpty()) {
            return;
        }
        List<Call<?>> all = new ArrayList<>(calls);
        all.addAll(fireAndForget);
        long timeout = connectionFactory.getTimeout();
        try (RedisConnection connection = connectionFactory.getConnection()) {
            nativeConnection(connection).dispatch(all);
            if (!fireAndForget.isEmpty()) {
                CompletableFuture.delayedExecutor(timeout, TimeUnit.MILLISECONDS)
                        .execute(() -> fireAndForget.forEach(Call::cancel));
            }
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(timeout, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            // Each call has its own failure.
        } catch (TimeoutException e) {
            all.forEach(Call::cancel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            all.forEach(Call::cancel);
        } catch (RuntimeException e) {
            all.forEach(call -> call.completeExceptionally(e));
        }
    }

    /** The codec of the connection does not matter: each command has its own. */
    @SuppressWarnings({"unchecked", "deprecation"}) // Spring gives no other access to the connection that it shares
    private static StatefulConnection<String, String> nativeConnection(RedisConnection connection) {
        Object commands = connection.getNativeConnection();
        return (StatefulConnection<String, String>)
                (commands instanceof RedisAdvancedClusterAsyncCommands<?, ?> cluster
                        ? cluster.getStatefulConnection()
                        : ((RedisAsyncCommands<?, ?>) commands).getStatefulConnection());
    }

    private static CommandArgs<String, String> arguments() {
        return new CommandArgs<>(StringCodec.UTF8);
    }

    private static DataAccessException translate(@Nullable Throwable failure) {
        DataAccessException translated = failure instanceof Exception e ? ERRORS.convert(e) : null;
        return translated == null
                ? new DataAccessResourceFailureException("a command of Redis failed", failure)
                : translated;
    }
}
