package dev.mobilesync.messages;

/** STOMP destinations to which browsers subscribe. */
public final class StompTopics {

    private StompTopics() {}

    /** Returns the topic of one examinee. */
    public static String examinee(ExamineeKey examinee) {
        return "/topic/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync";
    }

    /** Returns the topic of a plan's proctors. */
    public static String plan(String planId) {
        return "/topic/plans/" + planId + "/mobile-sync";
    }
}
