package dev.mobilesync.messages;

/** An examinee in a plan, the key of messages, records and topics. Both ids are valid {@link Identifiers}. */
public record ExamineeKey(String planId, String examineeId) {

    public ExamineeKey {
        Identifiers.require("planId", planId);
        Identifiers.require("examineeId", examineeId);
    }

    /** Parses {@code planId:examineeId}, the form of a member of the deadlines' sorted set. */
    public static ExamineeKey parse(String member) {
        int colon = member.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not planId:examineeId");
        }
        return new ExamineeKey(member.substring(0, colon), member.substring(colon + 1));
    }

    /** The inverse of {@link #parse}. */
    public String member() {
        return planId + ":" + examineeId;
    }
}
