package dev.mobilesync.reliability;

import java.time.Duration;

/**
 * How many come, and over which time.
 *
 * @param examinees each with a browser and a phone
 * @param span within which all of them come and take their first picture
 * @param secondPictures out of a hundred examinees, how many take another picture after the first
 * @param width of the pictures
 * @param height of the pictures
 */
record Load(int examinees, Duration span, int secondPictures, int width, int height) {

    private static final boolean FULL = "full".equals(System.getProperty("reliability.size"));
    private static final int SECOND_PICTURES = 10;

    /** As many as fit the suite's size: see {@code docs/reliability.md}. */
    static Load usual() {
        return FULL ? of(500, Duration.ofSeconds(40)) : of(150, Duration.ofSeconds(12));
    }

    /** {@link #usual} with another number in the whole suite. */
    static Load usual(int examineesWhenFull, Duration spanWhenFull) {
        return FULL ? of(examineesWhenFull, spanWhenFull) : usual();
    }

    static Load of(int examinees, Duration span) {
        return new Load(examinees, span, SECOND_PICTURES, 320, 240);
    }

    Load withPictures(int width, int height) {
        return new Load(examinees, span, secondPictures, width, height);
    }

    static boolean isFull() {
        return FULL;
    }
}
