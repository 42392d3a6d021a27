package dev.mobilesync.web.pairing;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A secret that pairs a phone: a short code to type, or the long secret of the QR code's link, which cannot be guessed. Case,
 * spaces and hyphens do not matter.
 *
 * @param value in upper case, without spaces and hyphens
 */
record PairingCode(String value) {

    /** No two characters look alike: at most one each of 0ODQ, 1IL, 2Z, 5S, 6G, 8B and UV. */
    static final String ALPHABET = "23456789ACEFHJKMNPRTVWXY";

    static final int TYPED_LENGTH = 8;

    /** 24^28 is more than 2^128. */
    static final int LINK_SECRET_LENGTH = 28;

    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final Pattern GROUPING = Pattern.compile("[\\s\\p{Z}\\p{Pd}]+");

    static PairingCode typedCode() {
        return random(TYPED_LENGTH);
    }

    static PairingCode linkSecret() {
        return random(LINK_SECRET_LENGTH);
    }

    private static PairingCode random(int length) {
        StringBuilder code = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new PairingCode(code.toString());
    }

    /** Accepts any text: one that is not a code is unknown. */
    static PairingCode parse(String text) {
        return new PairingCode(GROUPING.matcher(text).replaceAll("").toUpperCase(Locale.ROOT));
    }

    /** Whether it has the length of a link's secret, for which attempts need no limit. */
    boolean isLinkSecret() {
        return value.length() == LINK_SECRET_LENGTH;
    }

    @Override
    public String toString() {
        return "PairingCode[***]";
    }
}
