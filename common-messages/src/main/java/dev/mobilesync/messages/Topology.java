package dev.mobilesync.messages;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The names that the services share in RabbitMQ, Redis and STOMP. */
public final class Topology {

    /** Where facts and orders wait for state-manager. */
    public static final String STATUS_QUEUE = "status_queue";

    /** What can never be processed, with {@link #DEAD_LETTER_REASON}. */
    public static final String DEAD_LETTER_QUEUE = "status_queue.dlq";

    /** The fanout exchange to all socket-server instances. */
    public static final String BROADCAST_EXCHANGE = "broadcast";

    /** The queue of the only socket-server instance; where there are several, {@code broadcast_queue.<instance>}. */
    public static final String BROADCAST_QUEUE = "broadcast_queue";

    /** AMQP and STOMP header of a broadcast: the record's revision (a long), by which old is told from new. */
    public static final String REVISION = "revision";

    /** AMQP header of a dead letter: why it can never be processed. */
    public static final String DEAD_LETTER_REASON = "x-mobile-sync-reason";

    /** Sorted set in Redis: who waits ({@link ExamineeKey#member()}), by deadline in ms since the epoch. */
    public static final String DEADLINES_KEY = "mobile_sync:deadlines";

    /** Sorted set in Redis: plans that have records, by their last change in ms since the epoch. */
    public static final String PLANS_KEY = "mobile_sync:plans";

    private Topology() {}

    /** The hash that holds an examinee's state, such as {@code plan:P001:examinee:E001:mobile_sync}. */
    public static String recordKey(ExamineeKey examinee) {
        return "plan:" + examinee.planId() + ":examinee:" + examinee.examineeId() + ":mobile_sync";
    }

    /** Sorted set in Redis of a plan's examinees, scored by {@link #indexScore}: what a board is filled from. */
    public static String planIndexKey(String planId) {
        return "plan:" + planId + ":mobile_sync";
    }

    /** An examinee's score in the plan's index: the status, so that one status is one range. */
    public static double indexScore(Status status) {
        return status.ordinal();
    }

    /** What the only good pairing code of an examinee is kept under in Redis: a hash of the code, never the code. */
    public static String pairingKey(String codeHash) {
        return "mobile_sync:pairing:" + codeHash;
    }

    /** String in Redis: the hash of an examinee's newest pairing code, for as long as the code lives. */
    public static String newestPairingKey(ExamineeKey examinee) {
        return recordKey(examinee) + ":pairing";
    }

    /** String in Redis: which device an examinee paired last, and with which token. */
    public static String pairedDeviceKey(ExamineeKey examinee) {
        return recordKey(examinee) + ":device";
    }

    /** String in Redis: that an upload of the picture at {@code imageUrl} is in hand. */
    public static String uploadLeaseKey(String imageUrl) {
        return "mobile_sync:upload:" + imageUrl;
    }

    /** String in Redis: which instance sweeps what at the moment. */
    public static String sweepLeaseKey(String what) {
        return "mobile_sync:sweep:" + what + ":lease";
    }

    /**
     * String in Redis: when the last whole sweep of the pictures began. There are several with the same value, on
     * different nodes of a cluster: where one is missing, Redis has lost data.
     */
    public static String sweepMarkKey(int number) {
        return "mobile_sync:sweep:pictures:" + number;
    }

    /** Where an examinee's browser subscribes. */
    public static String examineeTopic(ExamineeKey examinee) {
        return "/topic/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync";
    }

    /** Where a plan's proctors subscribe. */
    public static String planTopic(String planId) {
        return "/topic/plans/" + planId + "/mobile-sync";
    }

    /** A message id that comes out the same whenever the same fact is published again. */
    public static String messageId(String... parts) {
        return UUID.nameUUIDFromBytes(String.join("\n", parts).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
