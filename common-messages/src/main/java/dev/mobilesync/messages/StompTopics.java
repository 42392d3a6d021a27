package dev.mobilesync.messages;

/** STOMP destinations to which browsers subscribe, those of phones included. */
public final class StompTopics {

    private StompTopics() {}

    /** Returns the topic of one examinee. */
    public static String examinee(ExamineeKey examinee) {
        return examinee(examinee.planId(), examinee.examineeId());
    }

    /** Returns the topic of one examinee, or its pattern for patterns of ids. */
    public static String examinee(String planId, String examineeId) {
        return "/topic/plans/" + planId + "/examinees/" + examineeId + "/mobile-sync";
    }

    /** Returns the topic of a plan's proctors, or its pattern for a pattern of ids. */
    public static String plan(String planId) {
        return "/topic/plans/" + planId + "/mobile-sync";
    }
}
