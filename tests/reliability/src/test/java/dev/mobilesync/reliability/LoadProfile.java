package dev.mobilesync.reliability;

import java.time.Duration;

/**
 * The number and rate of examinees. Most scenarios end the arrivals once enough examinees have arrived after the fault, so
 * {@code examinees} is an upper bound.
 *
 * @param examinees the maximum number; each has a browser and a phone
 * @param perSecond the number of browsers that open per second
 * @param firstPictureAfter the shortest time from opening the browser to the first picture
 * @param firstPictureWithin the longest time from opening the browser to the first picture
 * @param secondPictures the percentage of examinees who take a second picture
 * @param wholeStep whether phones pair with web-server, not with the platform, and take second pictures because a proctor
 *     orders retakes
 * @param withoutPhone the percentage of examinees who have no phone: the proctor sets a new deadline, and accepts the
 *     step after it has passed
 * @param width of the pictures
 * @param height of the pictures
 */
record LoadProfile(
        int examinees,
        double perSecond,
        Duration firstPictureAfter,
        Duration firstPictureWithin,
        int secondPictures,
        boolean wholeStep,
        int withoutPhone,
        int width,
        int height) {

    private static final int SECOND_PICTURES = 10;

    /** 12.5 examinees per second until the scenario ends the arrivals or the maximum is reached. */
    static LoadProfile usual() {
        return of(250, 12.5);
    }

    static LoadProfile of(int examinees, double perSecond) {
        return new LoadProfile(
                examinees, perSecond, Duration.ZERO, Duration.ofSeconds(2), SECOND_PICTURES, false, 0, 320, 240);
    }

    LoadProfile withFirstPicture(Duration after, Duration within) {
        return new LoadProfile(
                examinees, perSecond, after, within, secondPictures, wholeStep, withoutPhone, width, height);
    }

    /**
     * @param retakes the percentage of examinees whose retake a proctor orders
     * @param withoutPhone the percentage of examinees whose step a proctor accepts
     */
    LoadProfile withWholeStep(int retakes, int withoutPhone) {
        return new LoadProfile(
                examinees,
                perSecond,
                firstPictureAfter,
                firstPictureWithin,
                retakes,
                true,
                withoutPhone,
                width,
                height);
    }

    LoadProfile withPictures(int width, int height) {
        return new LoadProfile(
                examinees,
                perSecond,
                firstPictureAfter,
                firstPictureWithin,
                secondPictures,
                wholeStep,
                withoutPhone,
                width,
                height);
    }
}
