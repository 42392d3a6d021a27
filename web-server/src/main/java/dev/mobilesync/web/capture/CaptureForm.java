package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.web.common.Refusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.impl.SizeException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * An upload as it came over HTTP.
 *
 * @param sha256 of the picture, in hex
 * @param idempotencyKey the SHA-256 of the {@code Idempotency-Key}, in hex, if there is one
 */
record CaptureForm(
        byte[] picture,
        String sha256,
        MobileCapture metadata,
        @Nullable String idempotencyKey) {

    private static final int MAX_IDEMPOTENCY_KEY = 255;

    /**
     * Reads the body.
     *
     * @param maxSize the most bytes that a body may announce
     * @throws Refusal if it is too large, is cut off, or is not of the form that the contract asks for
     */
    static CaptureForm read(HttpServletRequest request, long maxSize) {
        if (!mediaType(request.getContentType()).isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, "the body must be multipart/form-data");
        }
        if (request.getContentLengthLong() > maxSize) {
            throw new Refusal(ErrorCode.CAPTURE_TOO_LARGE, "the body is too large");
        }
        String idempotencyKey = idempotencyKey(request);
        byte[] expected = ContentDigest.sha256In(request.getHeaders(CaptureHeaders.CONTENT_DIGEST));
        Collection<Part> parts = parts(request);
        MobileCapture metadata = metadata(only("metadata", parts));
        byte[] picture = bytes(only("image", parts));
        byte[] sha256 = ContentDigest.sha256(picture);
        if (expected != null && !Arrays.equals(expected, sha256)) {
            throw new Refusal(ErrorCode.CAPTURE_TRANSFER_FAILED, "the image is not the one that was digested");
        }
        return new CaptureForm(picture, ContentDigest.hex(sha256), metadata, idempotencyKey);
    }

    private static @Nullable String idempotencyKey(HttpServletRequest request) {
        String key = request.getHeader(CaptureHeaders.IDEMPOTENCY_KEY);
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > MAX_IDEMPOTENCY_KEY) {
            throw new Refusal(
                    ErrorCode.INVALID_REQUEST,
                    CaptureHeaders.IDEMPOTENCY_KEY + " must have 1 to " + MAX_IDEMPOTENCY_KEY + " characters");
        }
        return ContentDigest.hex(ContentDigest.sha256(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** The container reads the whole body here. */
    private static Collection<Part> parts(HttpServletRequest request) {
        try {
            return request.getParts();
        } catch (IOException | ServletException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SizeException) {
                    throw new Refusal(ErrorCode.CAPTURE_TOO_LARGE, "the image is too large", e);
                }
            }
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException && !(cause instanceof FileUploadException)) {
                    throw new Refusal(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body is cut off", e);
                }
            }
            throw new Refusal(ErrorCode.INVALID_REQUEST, "the body is not a multipart form", e);
        }
    }

    private static Part only(String name, Collection<Part> parts) {
        List<Part> named =
                parts.stream().filter(part -> name.equals(part.getName())).toList();
        if (named.size() != 1) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, "there must be exactly one part " + name);
        }
        return named.get(0);
    }

    private static MobileCapture metadata(Part part) {
        if (!mediaType(part.getContentType()).isCompatibleWith(MediaType.APPLICATION_JSON)) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, "metadata must be application/json");
        }
        try {
            return MessageCodec.decode(bytes(part), MobileCapture.class);
        } catch (InvalidMessageException e) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, "metadata is not a mobile_capture message: " + e.getMessage());
        }
    }

    private static MediaType mediaType(@Nullable String value) {
        try {
            return value == null ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(value);
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    private static byte[] bytes(Part part) {
        try (var content = part.getInputStream()) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new Refusal(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body cannot be read", e);
        }
    }
}
