package dev.mobilesync.web.sandbox;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.util.Locale;

/** The errors of REST that an examinee's id can request (docs/integration.md). */
enum SandboxFault {
    TRANSFER_FAILED(ErrorCode.CAPTURE_TRANSFER_FAILED, Scope.UPLOADS),
    TOO_LARGE(ErrorCode.CAPTURE_TOO_LARGE, Scope.UPLOADS),
    NOT_AN_IMAGE(ErrorCode.CAPTURE_NOT_AN_IMAGE, Scope.UPLOADS),
    STORE_FAILED(ErrorCode.CAPTURE_STORE_FAILED, Scope.UPLOADS),
    DEVICE_REPLACED(ErrorCode.UNAUTHENTICATED, Scope.UPLOADS),
    PUBLISH_FAILED(ErrorCode.STATUS_PUBLISH_FAILED, Scope.UPLOADS_AND_ORDERS),
    TOO_MANY(ErrorCode.TOO_MANY_REQUESTS, Scope.ALL),
    STATE_UNAVAILABLE(ErrorCode.STATE_UNAVAILABLE, Scope.ALL_BUT_UPLOADS),
    AUTHENTICATION_UNAVAILABLE(ErrorCode.AUTHENTICATION_UNAVAILABLE, Scope.ALL),
    INTERNAL_ERROR(ErrorCode.INTERNAL_ERROR, Scope.ALL);

    private static final String DETAIL = "the sandbox fails on request";

    private final ErrorCode code;
    private final Scope scope;

    /** The requests that fail. */
    enum Scope {
        UPLOADS,
        UPLOADS_AND_ORDERS,
        /** Uploads do not need Redis. */
        ALL_BUT_UPLOADS,
        ALL
    }

    SandboxFault(ErrorCode code, Scope scope) {
        this.code = code;
        this.scope = scope;
    }

    /** The fault's name in an examinee's id, such as {@code store-failed}. */
    String faultName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean affectsUpload() {
        return scope != Scope.ALL_BUT_UPLOADS;
    }

    /**
     * Whether it affects a request other than an upload.
     *
     * @param order whether the request is an order
     */
    boolean affectsOther(boolean order) {
        return scope == Scope.ALL || scope == Scope.ALL_BUT_UPLOADS || order && scope == Scope.UPLOADS_AND_ORDERS;
    }

    ApiException toException() {
        return this == DEVICE_REPLACED ? ApiException.withReason(name(), code, DETAIL) : new ApiException(code, DETAIL);
    }
}
