package dev.mobilesync.admin.doctor;

import java.util.function.Consumer;

/** A check of one server. It changes nothing that lasts. */
@FunctionalInterface
interface Check {

    /** Reports each result at once. Reports a failure of the server as a problem. */
    void run(Consumer<Finding> findings);
}
