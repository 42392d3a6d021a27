package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import java.util.Random;

/** The common base of simulated phones and browsers. */
abstract class SimulatedUser {

    private static final int MAX_DOUBLINGS = 7;

    final LoadGenerator load;
    final ExamineeKey examinee;
    final Random random;

    SimulatedUser(LoadGenerator load, ExamineeKey examinee, Random random) {
        this.load = load;
        this.examinee = examinee;
        this.random = random;
    }

    /** The pause in ms after this number of consecutive failures: exponential, randomly shortened by up to four fifths. */
    final long pause(long first, long longest, int failures) {
        long full = Math.min(longest, first << Math.min(failures, MAX_DOUBLINGS));
        return random.nextLong(full / 5, full + 1);
    }
}
