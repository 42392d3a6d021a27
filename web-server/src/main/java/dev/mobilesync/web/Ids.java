package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;

/** Ids in a path: checked before they are used for anything. */
final class Ids {

    private Ids() {}

    static ExamineeKey examinee(String planId, String examineeId) {
        try {
            return new ExamineeKey(planId, examineeId);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    static String plan(String planId) {
        try {
            return Identifiers.require("planId", planId);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
