package dev.mobilesync.admin.command;

import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.web.store.CaptureVersions;
import io.lettuce.core.RedisException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/** Exit codes and messages of the exceptions that end a command. */
public final class Failures {

    private static final List<Class<? extends Throwable>> UNAVAILABLE = List.of(
            AmqpException.class,
            PublishFailedException.class,
            DataAccessException.class,
            RedisException.class,
            RedisLease.LeaseLostException.class,
            MinioException.class,
            IOException.class,
            TimeoutException.class);

    private Failures() {}

    /** Returns {@link ExitCode#USAGE} for an invalid setting, {@link ExitCode#UNAVAILABLE} if a server failed or another instance is at work. */
    public static int exitCode(Throwable failure) {
        if (has(failure, BindException.class)) {
            return ExitCode.USAGE;
        }
        return UNAVAILABLE.stream().anyMatch(type -> has(failure, type)) ? ExitCode.UNAVAILABLE : ExitCode.PROBLEM;
    }

    /** Describes the failure. Contains no values of settings. */
    public static String message(Exception failure) {
        if (has(failure, BindException.class)) {
            return PropertiesFailureAnalyzer.describe(failure);
        }
        if (has(failure, AmqpException.class) || has(failure, PublishFailedException.class)) {
            return "the broker failed: " + reason(failure);
        }
        if (has(failure, DataAccessException.class) || has(failure, RedisException.class)) {
            return "Redis failed: " + reason(failure);
        }
        // The clients of the broker and of Redis wrap such an exception.
        if (has(failure, MinioException.class) || has(failure, IOException.class)) {
            return "the object store failed: " + CaptureVersions.reason(failure);
        }
        return reason(failure);
    }

    /** Returns the message of the root cause. */
    public static String reason(Throwable failure) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
