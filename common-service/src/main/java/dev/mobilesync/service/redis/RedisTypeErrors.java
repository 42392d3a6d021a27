package dev.mobilesync.service.redis;

import org.springframework.core.NestedExceptionUtils;

/** Errors of keys that have another type than expected. They affect one key and are not an outage of Redis. */
public final class RedisTypeErrors {

    private RedisTypeErrors() {}

    /** Returns whether Redis rejected a command because of its key's type. */
    public static boolean isWrongType(Throwable e) {
        String message = NestedExceptionUtils.getMostSpecificCause(e).getMessage();
        return message != null && message.startsWith("WRONGTYPE");
    }
}
