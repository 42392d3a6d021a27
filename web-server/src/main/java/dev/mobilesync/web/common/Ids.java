package dev.mobilesync.web.common;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;

/** Ids in a path: checked before they are used for anything. */
public final class Ids {

    private Ids() {}

    /**
     * Whose a path is.
     *
     * @throws Refusal {@code INVALID_REQUEST} if one of them is no id
     */
    public static ExamineeKey examinee(String planId, String examineeId) {
        try {
            return new ExamineeKey(planId, examineeId);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The plan of a path, as it came.
     *
     * @throws Refusal {@code INVALID_REQUEST} if it is no id
     */
    public static String plan(String planId) {
        try {
            return Identifiers.require("planId", planId);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
