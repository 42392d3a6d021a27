package dev.mobilesync.reliability;

import java.time.Duration;

/**
 * How many examinees come, and how fast. A scenario ends the arrivals itself once its fault is over and enough examinees have
 * come afterwards, so {@code examinees} is an upper bound in most of them.
 *
 * @param examinees at most; each has a browser and a phone
 * @param perSecond how many open their browsers in a second
 * @param firstPictureAfter the shortest time from opening the browser to the first picture
 * @param firstPictureWithin the longest time from opening the browser to the first picture
 * @param secondPictures out of a hundred examinees, how many take another picture after the first
 * @param width of the pictures
 * @param height of the pictures
 */
record LoadProfile(
        int examinees,
        double perSecond,
        Duration firstPictureAfter,
        Duration firstPictureWithin,
        int secondPictures,
        int width,
        int height) {

    private static final int SECOND_PICTURES = 10;

    /** 12.5 examinees a second until the scenario ends the arrivals, or enough of them are there. */
    static LoadProfile usual() {
        return of(250, 12.5);
    }

    static LoadProfile of(int examinees, double perSecond) {
        return new LoadProfile(examinees, perSecond, Duration.ZERO, Duration.ofSeconds(2), SECOND_PICTURES, 320, 240);
    }

    LoadProfile withFirstPicture(Duration after, Duration within) {
        return new LoadProfile(examinees, perSecond, after, within, secondPictures, width, height);
    }

    LoadProfile withPictures(int width, int height) {
        return new LoadProfile(
                examinees, perSecond, firstPictureAfter, firstPictureWithin, secondPictures, width, height);
    }
}
