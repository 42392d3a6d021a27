package dev.mobilesync.web.pairing;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What pairs a phone: a short code that is typed by hand, or the long secret of the QR code's link, which no one can guess.
 * Small or capital letters, grouped with spaces or hyphens as one likes.
 *
 * @param value in capital letters, without what it was grouped with; secret
 */
record PairingCode(String value) {

    /** No two of them look alike: of 0ODQ, 1IL, 2Z, 5S, 6G, 8B and UV at most one is in use. */
    static final String ALPHABET = "23456789ACEFHJKMNPRTVWXY";

    static final int LENGTH = 8;

    /** Of a link: 24^28 is more than 2^128. */
    static final int SECRET_LENGTH = 28;

    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final Pattern GROUPING = Pattern.compile("[\\s\\p{Z}\\p{Pd}]+");

    /** One to type. */
    static PairingCode random() {
        return random(LENGTH);
    }

    /** One for a link. */
    static PairingCode secret() {
        return random(SECRET_LENGTH);
    }

    private static PairingCode random(int length) {
        StringBuilder code = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new PairingCode(code.toString());
    }

    /** Anything may be typed; what is not a code is simply unknown. */
    static PairingCode typed(String text) {
        return new PairingCode(GROUPING.matcher(text).replaceAll("").toUpperCase(Locale.ROOT));
    }

    /** Whether it is as long as a link's, so that guesses need no limit. */
    boolean isSecret() {
        return value.length() == SECRET_LENGTH;
    }

    @Override
    public String toString() {
        return "PairingCode[***]";
    }
}
