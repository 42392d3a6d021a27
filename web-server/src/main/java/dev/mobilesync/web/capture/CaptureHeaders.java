package dev.mobilesync.web.capture;

/** The headers that an upload may have for itself. Pages of other origins may send them, too. */
public final class CaptureHeaders {

    /** The phone's own name for an upload, so that a repeated one is known as such; 1 to 255 characters. */
    public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /**
     * A SHA-256 (RFC 9530): {@code sha-256=:<base64>:}. On the {@code image} part: the picture's. On the request: the
     * body's, or the picture's.
     */
    public static final String CONTENT_DIGEST = "Content-Digest";

    private CaptureHeaders() {}
}
