package dev.mobilesync.messages;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * One change of an examinee's record, for display to proctors. State-manager appends it to {@link RedisKeys#history} without
 * waiting for it, so an entry may be missing; no decision depends on it.
 *
 * @param revision of the record after the change; orders the entries
 * @param timestamp of the event behind the change
 * @param actor who caused it
 * @param by who gave the order, a proctor or the platform's server ({@code sub} of the token), or the device; {@code null} for
 *     the examinee and the system
 * @param order the kind of the order
 * @param reason of the order
 * @param deadline after the change, if the examinee waits
 * @param imageUrl the picture that this change added, with its version
 */
public record HistoryEntry(
        long revision,
        Status status,
        Instant timestamp,
        Actor actor,
        @Nullable String by,
        MobileSyncOrder.@Nullable Order order,
        @Nullable String reason,
        @Nullable ErrorCode errorCode,
        @Nullable Instant deadline,
        @Nullable String imageUrl,
        @Nullable String imageVersion) {

    /** The greatest number of entries that are kept of one examinee. */
    public static final int MAX_ENTRIES = 50;

    /** Who caused a change. */
    public enum Actor {
        EXAMINEE,
        DEVICE,
        /** In entries of older releases also the platform's server. */
        PROCTOR,
        /** The platform's server. */
        SERVICE,
        SYSTEM
    }

    /**
     * Describes a change of a record.
     *
     * @param event the message that was applied: a late one may keep the record's status, and an order is not necessarily the record's
     *     {@code lastOrder}, which may be newer; {@code null} if a deadline changed the record
     */
    public static HistoryEntry of(SyncRecord after, @Nullable StatusQueueMessage event) {
        return event instanceof MobileSyncOrder order ? ofOrder(after, order) : ofOtherChange(after, event);
    }

    private static HistoryEntry ofOrder(SyncRecord after, MobileSyncOrder order) {
        return new HistoryEntry(
                after.revision(),
                after.status(),
                order.timestamp(),
                order.role() == MobileSyncOrder.Role.SERVICE ? Actor.SERVICE : Actor.PROCTOR,
                order.by(),
                order.order(),
                order.reason(),
                after.errorCode(),
                after.deadline(),
                null,
                null);
    }

    private static HistoryEntry ofOtherChange(SyncRecord after, @Nullable StatusQueueMessage event) {
        Actor actor = actor(after, event);
        boolean picture = after.status() == Status.COMPLETED;
        return new HistoryEntry(
                after.revision(),
                after.status(),
                event == null ? after.timestamp() : event.timestamp(),
                actor,
                actor == Actor.DEVICE ? after.deviceId() : null,
                null,
                null,
                after.errorCode(),
                after.deadline(),
                picture ? after.imageUrl() : null,
                picture ? after.imageVersion() : null);
    }

    private static Actor actor(SyncRecord after, @Nullable StatusQueueMessage event) {
        if (event instanceof MobileSyncWait) {
            return Actor.EXAMINEE;
        }
        return event == null || after.deviceId() == null ? Actor.SYSTEM : Actor.DEVICE;
    }

    public String toJson() {
        return MessageCodec.mapper().writeValueAsString(this);
    }

    /** Reads an entry; {@code null} if it has another form, such as that of a newer version. */
    public static @Nullable HistoryEntry fromJson(String json) {
        try {
            HistoryEntry entry = MessageCodec.mapper().readValue(json, HistoryEntry.class);
            return entry == null || !entry.isComplete() ? null : entry;
        } catch (JacksonException e) {
            return null;
        }
    }

    @SuppressWarnings("ConstantValue") // a field of JSON may be missing
    private boolean isComplete() {
        return Objects.nonNull(status) && Objects.nonNull(timestamp) && Objects.nonNull(actor);
    }
}
