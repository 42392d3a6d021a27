package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A phone's request to be paired.
 *
 * @param code as typed or scanned; secret
 * @param deviceInfo as in an upload; not stored
 */
record RedeemRequest(String code, String deviceId, @Nullable DeviceInfo deviceInfo) {

    /** Maximum length of the body, in bytes. */
    static final int MAX_LENGTH = 4096;

    @SuppressWarnings("ConstantValue")
    RedeemRequest {
        if (code == null || code.isBlank()) {
            throw new IllegalArgumentException("code must not be missing or blank");
        }
        Identifiers.require("deviceId", deviceId);
    }

    /** Reads an unauthenticated request's body. The text of an error repeats nothing of it. */
    static RedeemRequest read(HttpServletRequest request) {
        try {
            byte[] body = request.getInputStream().readNBytes(MAX_LENGTH + 1);
            if (body.length > MAX_LENGTH) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, "the body is longer than " + MAX_LENGTH + " bytes");
            }
            RedeemRequest redeemRequest = MessageCodec.mapper().readValue(body, RedeemRequest.class);
            if (redeemRequest != null) {
                return redeemRequest;
            }
        } catch (JacksonException e) {
            if (e.getCause() instanceof IllegalArgumentException rule) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(rule.getMessage()));
            }
        } catch (IOException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "the body cannot be read", e);
        }
        throw new ApiException(
                ErrorCode.INVALID_REQUEST, "the body must be a JSON object with the strings code and deviceId");
    }

    @Override
    public String toString() {
        return "RedeemRequest[deviceId=" + deviceId + "]";
    }
}
