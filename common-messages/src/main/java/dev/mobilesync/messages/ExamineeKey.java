package dev.mobilesync.messages;

/** An examinee in a plan, the key of messages, records and topics. Both ids are valid {@link Identifiers}. */
public record ExamineeKey(String planId, String examineeId) {

    public ExamineeKey {
        Identifiers.require("planId", planId);
        Identifiers.require("examineeId", examineeId);
    }

    /** Parses {@code planId:examineeId}. */
    public static ExamineeKey parse(String qualifiedId) {
        int colon = qualifiedId.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not planId:examineeId");
        }
        return new ExamineeKey(qualifiedId.substring(0, colon), qualifiedId.substring(colon + 1));
    }

    /** Returns {@code planId:examineeId}: the member of the deadlines' sorted set, and the name in the audit log. */
    public String qualifiedId() {
        return planId + ":" + examineeId;
    }
}
