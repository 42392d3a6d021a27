package dev.mobilesync.messages;

/** Codes of errors: in REST responses, STOMP frames, messages between the services, records and their history. */
public enum ErrorCode {
    INVALID_REQUEST(false),
    /** The picture is incomplete, or its digest differs from the phone's. */
    CAPTURE_TRANSFER_FAILED(true),
    CAPTURE_TOO_LARGE(false),
    /** Not a decodable JPEG, or its dimensions are out of range. */
    CAPTURE_NOT_AN_IMAGE(false),
    CAPTURE_STORE_FAILED(true),
    /** The broker did not confirm a message in time, rejected it or returned it. */
    STATUS_PUBLISH_FAILED(true),
    /** The state could not be changed within the time limit. Retried automatically, except if the record is unreadable. */
    STATE_CHANGE_FAILED(true),
    /** The examinee's deadline passed without a picture: the error of a record, not of a request. */
    SYNC_TIMEOUT(true),
    UNAUTHENTICATED(false),
    /** Tokens cannot be validated because the issuer's keys are unavailable; for a phone over STOMP also because Redis is. */
    AUTHENTICATION_UNAVAILABLE(true),
    FORBIDDEN(false),
    NOT_FOUND(false),
    TOO_MANY_REQUESTS(true),
    /** Redis is unavailable: what the request needs cannot be read or stored. */
    STATE_UNAVAILABLE(true),
    /** A defect of the service, or a record that it cannot read; clients receive no details. */
    INTERNAL_ERROR(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request, or for {@link #SYNC_TIMEOUT} a late picture, may succeed later. */
    public boolean isRetryable() {
        return retryable;
    }
}
