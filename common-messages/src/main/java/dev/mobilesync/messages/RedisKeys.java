package dev.mobilesync.messages;

/** Names of keys in Redis. Some keys that one class alone uses are in that class; docs/messages.md lists all. */
public final class RedisKeys {

    /**
     * Sorted set: waiting examinees ({@link ExamineeKey#qualifiedId()}), scored by deadline in ms since the epoch. While an
     * instance handles a passed deadline, the score is the end of its lease.
     */
    public static final String DEADLINES = "mobile_sync:deadlines";

    /** Sorted set: plans that have records, scored by their last change in ms since the epoch. */
    public static final String PLANS = "mobile_sync:plans";

    private RedisKeys() {}

    /** Hash: an examinee's {@link SyncRecord}, such as {@code plan:P001:examinee:E001:mobile_sync}. */
    public static String record(ExamineeKey examinee) {
        return "plan:" + examinee.planId() + ":examinee:" + examinee.examineeId() + ":mobile_sync";
    }

    /** Sorted set: a plan's examinees, scored by {@link #indexScore}. The proctor's board is loaded from it. */
    public static String planIndex(String planId) {
        return "plan:" + planId + ":mobile_sync";
    }

    /**
     * Sorted set: a plan's examinees, scored by the number of their last change in the plan. Numbers grow, and are at least the revision
     * of the record that they stand for. The member {@code ""} (the empty string) stands for no examinee and has a number
     * below all others; another number of it means that Redis has lost the set.
     */
    public static String planChanges(String planId) {
        return planIndex(planId) + ":changes";
    }

    /** Hash: the names of a plan's expected examinees, by their ids; an empty name if it is unknown. */
    public static String roster(String planId) {
        return planIndex(planId) + ":roster";
    }

    /** List: the newest changes of an examinee's record, the latest one last, as {@link HistoryEntry} in JSON. */
    public static String history(ExamineeKey examinee) {
        return record(examinee) + ":history";
    }

    /** Returns an examinee's score in the plan's index. Each status has one score. */
    public static double indexScore(Status status) {
        return status.ordinal();
    }

    /**
     * String: a valid pairing code, under the HMAC of the link's secret. A second key, under the HMAC of the typed code, refers to
     * it. The codes themselves are never stored.
     */
    public static String pairingCode(String hmac) {
        return "mobile_sync:pairing:" + hmac;
    }

    /** String: the HMACs of an examinee's newest link and typed code, separated by a comma; expires with the codes. */
    public static String newestCodes(ExamineeKey examinee) {
        return record(examinee) + ":pairing";
    }

    /**
     * String: the phone that was paired last with an examinee, as {@code deviceId:jti} of its token. After a reset: {@code :}
     * and the time of the order in ms since the epoch.
     */
    public static String pairedDevice(ExamineeKey examinee) {
        return record(examinee) + ":device";
    }

    /** String: the lease of the upload of the picture at {@code imageUrl}. */
    public static String uploadLease(String imageUrl) {
        return "mobile_sync:upload:" + imageUrl;
    }

    /** String: the lease of a sweep. */
    public static String sweepLease(String what) {
        return "mobile_sync:sweep:" + what + ":lease";
    }

    /**
     * String: when the last complete sweep of the pictures began. Several keys hold the same value, so
     * that a cluster spreads them over its nodes. A missing key means that Redis has lost data.
     */
    public static String sweepWatermark(int number) {
        return "mobile_sync:sweep:pictures:" + number;
    }
}
