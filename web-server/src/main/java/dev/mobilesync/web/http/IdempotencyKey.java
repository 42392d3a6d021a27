package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The header that identifies a request across its retries. CORS allows it. */
public final class IdempotencyKey {

    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * Returns the key, or {@code null} without one.
     *
     * @throws ApiException {@code INVALID_REQUEST} unless it has 1 to 255 characters
     */
    public static @Nullable String find(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (key != null && (key.isBlank() || key.length() > MAX_LENGTH)) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, HEADER + " must have 1 to " + MAX_LENGTH + " characters");
        }
        return key;
    }

    /**
     * Returns the key.
     *
     * @throws ApiException {@code INVALID_REQUEST} unless there is one with 1 to 255 characters
     */
    public static String require(HttpServletRequest request) {
        String key = find(request);
        if (key == null) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, HEADER + " is missing");
        }
        return key;
    }
}
