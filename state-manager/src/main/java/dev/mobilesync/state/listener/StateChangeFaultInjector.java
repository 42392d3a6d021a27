package dev.mobilesync.state.listener;

import dev.mobilesync.messages.ExamineeKey;

/** Reports state changes of certain examinees as delayed. There is such a bean only while the sandbox is on. */
@FunctionalInterface
public interface StateChangeFaultInjector {

    /** Whether {@code STATE_CHANGE_FAILED} is published for each message about this examinee, before its broadcast. */
    boolean reportsDelay(ExamineeKey examinee);
}
