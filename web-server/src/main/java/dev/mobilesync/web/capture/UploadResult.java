package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What became of an upload, for its line in the audit log.
 *
 * @param outcome {@code COMPLETED}, or the code of the error; {@code null} if the request was not handled
 * @param bytes the size of the picture as the phone sent it; {@code null} if it was not read
 */
record UploadResult(@Nullable String outcome, @Nullable Integer bytes) {

    private static final String ATTRIBUTE = UploadResult.class.getName();

    /** The result so far. */
    static UploadResult of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof UploadResult result ? result : new UploadResult(null, null);
    }

    static void setRead(HttpServletRequest request, UploadRequest upload) {
        request.setAttribute(ATTRIBUTE, new UploadResult(null, upload.image().length));
    }

    static void setCompleted(HttpServletRequest request) {
        setOutcome(request, Status.COMPLETED.name());
    }

    static void setFailed(HttpServletRequest request, ErrorCode code) {
        setOutcome(request, code.name());
    }

    private static void setOutcome(HttpServletRequest request, String outcome) {
        request.setAttribute(ATTRIBUTE, new UploadResult(outcome, of(request).bytes()));
    }
}
