package dev.mobilesync.web.http;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;

/** Validates the ids in a request path. */
public final class PathIds {

    private PathIds() {}

    /**
     * Returns the key of an examinee.
     *
     * @throws ApiException {@code INVALID_REQUEST} if an id is malformed
     */
    public static ExamineeKey parseExaminee(String planId, String examineeId) {
        try {
            return new ExamineeKey(planId, examineeId);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the plan id unchanged.
     *
     * @throws ApiException {@code INVALID_REQUEST} if the id is malformed
     */
    public static String requirePlan(String planId) {
        try {
            return Identifiers.require("planId", planId);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
