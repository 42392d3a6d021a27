package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ExamineeKey;
import java.time.Duration;

/** Delays or fails the uploads of certain examinees. There is such a bean only while the sandbox is on. */
public interface UploadFaultInjector {

    /** Without faults. */
    UploadFaultInjector OFF = new UploadFaultInjector() {};

    /** Returns how long to hold a complete upload before it is handled; zero for not at all. */
    default Duration delay(ExamineeKey examinee) {
        return Duration.ZERO;
    }

    /**
     * Called before the picture of an upload whose form is valid is checked and stored. If it returns, the upload continues.
     *
     * @throws dev.mobilesync.web.http.ApiException if the upload fails on request
     */
    default void beforeStore(ExamineeKey examinee) {}
}
