package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import java.util.Random;

/** What the phone and the browser of an examinee have in common. */
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

    /** The pause after so many failures in a row, in ms: it doubles with each, and is shortened by up to four fifths at random. */
    final long pause(long first, long longest, int failures) {
        long full = Math.min(longest, first << Math.min(failures, MAX_DOUBLINGS));
        return random.nextLong(full / 5, full + 1);
    }
}
