package dev.mobilesync.state.transition;

import dev.mobilesync.messages.ExamineeKey;
import java.time.Duration;

/** How long an examinee may wait for a picture: the same for all, except in a sandbox. */
@FunctionalInterface
public interface SyncTimeout {

    Duration of(ExamineeKey examinee);
}
