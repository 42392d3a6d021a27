package dev.mobilesync.messages;

/** Every error that anybody is told of, over REST, STOMP or AMQP. */
public enum ErrorCode {
    INVALID_REQUEST(false),
    /** The picture was cut off on its way, or is not the one that the phone digested. */
    CAPTURE_TRANSFER_FAILED(true),
    CAPTURE_TOO_LARGE(false),
    /** Not a decodable JPEG, or of absurd dimensions. */
    CAPTURE_NOT_AN_IMAGE(false),
    CAPTURE_STORE_FAILED(true),
    /** The broker did not confirm the status message in time, refused it or returned it. */
    STATUS_PUBLISH_FAILED(true),
    /** The state could not be written for longer than the limit. It is tried on, without anybody's help. */
    STATE_CHANGE_FAILED(true),
    SYNC_TIMEOUT(true),
    UNAUTHENTICATED(false),
    /** Tokens cannot be checked now: the issuer's keys cannot be had. */
    AUTHENTICATION_UNAVAILABLE(true),
    FORBIDDEN(false),
    NOT_FOUND(false),
    TOO_MANY_REQUESTS(true),
    /** The records cannot be read now. */
    STATE_UNAVAILABLE(true),
    /** A defect of ours; told without details. */
    INTERNAL_ERROR(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
