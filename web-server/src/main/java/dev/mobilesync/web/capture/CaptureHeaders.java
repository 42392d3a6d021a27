package dev.mobilesync.web.capture;

/** Request headers of uploads. CORS allows them. */
public final class CaptureHeaders {

    /**
     * A SHA-256 (RFC 9530): {@code sha-256=:<base64>:}. On the {@code image} part: of the picture. On the request: of the
     * body or of the picture.
     */
    public static final String CONTENT_DIGEST = "Content-Digest";

    private CaptureHeaders() {}
}
