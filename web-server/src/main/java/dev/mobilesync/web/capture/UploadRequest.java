package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.IdempotencyKey;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The content of an upload request.
 *
 * @param image as the phone sent it
 * @param sha256 of the picture, in hex
 * @param idempotencyKey the SHA-256 of the {@code Idempotency-Key}, in hex, if there is one
 */
record UploadRequest(
        byte[] image,
        String sha256,
        MobileCapture metadata,
        @Nullable String idempotencyKey) {

    /** Rejects a body that is too large, damaged, or not as docs/messages.md defines it. */
    static UploadRequest read(HttpServletRequest request, int maxImageBytes) {
        try (PushbackInputStream in = new PushbackInputStream(request.getInputStream())) {
            int first = in.read();
            if (first < 0) {
                throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body is empty");
            }
            in.unread(first);
            return readForm(request, in, maxImageBytes);
        } catch (IOException e) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the body is cut off", e);
        }
    }

    /** Requires that the metadata names the device of the token. */
    void requireSentBy(AuthenticatedCaller.Device device) {
        if (!metadata.deviceId().equals(device.deviceId())) {
            throw new ApiException(ErrorCode.FORBIDDEN, "metadata.deviceId is not the device of the token");
        }
    }

    private static UploadRequest readForm(HttpServletRequest request, InputStream in, int maxImageBytes)
            throws IOException {
        if (!parseMediaType(request.getContentType()).isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body must be multipart/form-data");
        }
        String idempotencyKey = IdempotencyKey.find(request);
        byte[] expectedSha256 =
                ContentDigest.parse(Collections.list(request.getHeaders(CaptureHeaders.CONTENT_DIGEST)));
        try (DigestInputStream body = new DigestInputStream(in, Sha256.digest())) {
            body.on(expectedSha256 != null);
            MultipartForm form = MultipartForm.read(String.valueOf(request.getContentType()), body, maxImageBytes);
            body.transferTo(OutputStream.nullOutputStream());
            MobileCapture metadata = parseMetadata(form.requireSinglePart("metadata"));
            MultipartForm.Part image = form.requireSinglePart("image");
            byte[] sha256 = Sha256.hash(image.content());
            requireIntact(image, sha256);
            if (expectedSha256 != null
                    && !Arrays.equals(expectedSha256, sha256)
                    && !Arrays.equals(expectedSha256, body.getMessageDigest().digest())) {
                throw new ApiException(
                        ErrorCode.CAPTURE_TRANSFER_FAILED, "neither the body nor the picture matches Content-Digest");
            }
            return new UploadRequest(
                    image.content(),
                    HexFormat.of().formatHex(sha256),
                    metadata,
                    idempotencyKey == null ? null : Sha256.hex(idempotencyKey));
        }
    }

    private static void requireIntact(MultipartForm.Part image, byte[] sha256) {
        if (image.content().length == 0) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the picture is empty");
        }
        byte[] expected = ContentDigest.parse(image.contentDigest());
        if (expected != null && !Arrays.equals(expected, sha256)) {
            throw new ApiException(ErrorCode.CAPTURE_TRANSFER_FAILED, "the picture does not match its Content-Digest");
        }
    }

    /** Reads metadata without a content type as JSON. */
    private static MobileCapture parseMetadata(MultipartForm.Part part) {
        if (part.contentType() != null
                && !parseMediaType(part.contentType()).isCompatibleWith(MediaType.APPLICATION_JSON)) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "metadata must be application/json");
        }
        try {
            return MessageCodec.decode(part.content(), MobileCapture.class);
        } catch (InvalidMessageException e) {
            throw new ApiException(
                    ErrorCode.INVALID_REQUEST, "metadata is not a mobile_capture message: " + e.getMessage());
        }
    }

    private static MediaType parseMediaType(@Nullable String value) {
        try {
            return value == null ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(value);
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }
}
