package dev.mobilesync.web.pairing;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What stands in a QR code, or is typed by hand: small or capital letters, grouped with spaces or hyphens as anybody
 * likes.
 *
 * @param value in capital letters, without what it was grouped with; secret
 */
record PairingCode(String value) {

    /** No two of them look alike: of 0ODQ, 1IL, 2Z, 5S, 6G, 8B and UV at most one is in use. */
    static final String ALPHABET = "23456789ACEFHJKMNPRTVWXY";

    static final int LENGTH = 8;

    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final Pattern GROUPING = Pattern.compile("[\\s\\p{Z}\\p{Pd}]+");

    static PairingCode random() {
        StringBuilder code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new PairingCode(code.toString());
    }

    /** Anything may be typed; what is not a code is simply unknown. */
    static PairingCode typed(String text) {
        return new PairingCode(GROUPING.matcher(text).replaceAll("").toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "PairingCode[***]";
    }
}
