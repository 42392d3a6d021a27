package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * An upload as it came over HTTP.
 *
 * @param sha256 of the picture, in hex
 * @param idempotencyKey the SHA-256 of the {@code Idempotency-Key}, in hex, if there is one
 */
record UploadRequest(
        byte[] picture,
        String sha256,
        MobileCapture metadata,
        @Nullable String idempotencyKey) {

    private static final int MAX_IDEMPOTENCY_KEY = 255;

    /**
     * Reads the body.
     *
     * @param maxPicture the most bytes that a picture may have
     * @throws Refusal if it is too large, is damaged, or is not of the form that the contract asks for
     */
    static UploadRequest read(HttpServletRequest request, int maxPicture) {
        try (PushbackInputStream in = new PushbackInputStream(request.getInputStream())) {
            int first = in.read();
            if (first < 0) {
                throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body is empty");
            }
            in.unread(first);
            return readForm(request, in, maxPicture);
        } catch (IOException e) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body is cut off", e);
        }
    }

    private static UploadRequest readForm(HttpServletRequest request, InputStream in, int maxPicture)
            throws IOException {
        if (!mediaType(request.getContentType()).isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body must be multipart/form-data");
        }
        String idempotencyKey = idempotencyKey(request);
        byte[] expected = ContentDigest.sha256In(Collections.list(request.getHeaders(CaptureHeaders.CONTENT_DIGEST)));
        try (DigestInputStream body = new DigestInputStream(in, ContentDigest.sha256())) {
            body.on(expected != null);
            MultipartForm form = MultipartForm.read(String.valueOf(request.getContentType()), body, maxPicture);
            body.transferTo(OutputStream.nullOutputStream());
            MobileCapture metadata = metadata(form.only("metadata"));
            MultipartForm.Part image = form.only("image");
            byte[] sha256 = ContentDigest.sha256(image.content());
            requireIntact(image, sha256);
            if (expected != null
                    && !Arrays.equals(expected, sha256)
                    && !Arrays.equals(expected, body.getMessageDigest().digest())) {
                throw new ApiException(
                        ErrorCode.CAPTURE_TRANSFER_FAILED, "neither the body nor the image is what was digested");
            }
            return new UploadRequest(image.content(), ContentDigest.hex(sha256), metadata, idempotencyKey);
        }
    }

    private static void requireIntact(MultipartForm.Part image, byte[] sha256) {
        if (image.content().length == 0) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the image is empty");
        }
        byte[] expected = ContentDigest.sha256In(image.contentDigest());
        if (expected != null && !Arrays.equals(expected, sha256)) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the image is not the one that was digested");
        }
    }

    private static @Nullable String idempotencyKey(HttpServletRequest request) {
        String key = request.getHeader(CaptureHeaders.IDEMPOTENCY_KEY);
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > MAX_IDEMPOTENCY_KEY) {
            throw new ApiException(
                    ErrorCode.INVALID_REQUEST,
                    CaptureHeaders.IDEMPOTENCY_KEY + " must have 1 to " + MAX_IDEMPOTENCY_KEY + " characters");
        }
        return ContentDigest.hex(ContentDigest.sha256(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** Metadata without a content type is read as JSON. */
    private static MobileCapture metadata(MultipartForm.Part part) {
        if (part.contentType() != null && !mediaType(part.contentType()).isCompatibleWith(MediaType.APPLICATION_JSON)) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "metadata must be application/json");
        }
        try {
            return MessageCodec.decode(part.content(), MobileCapture.class);
        } catch (InvalidMessageException e) {
            throw new ApiException(
                    ErrorCode.INVALID_REQUEST, "metadata is not a mobile_capture message: " + e.getMessage());
        }
    }

    private static MediaType mediaType(@Nullable String value) {
        try {
            return value == null ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(value);
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }
}
