package dev.mobilesync.service.hash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** SHA-256, which every Java has. */
public final class Sha256 {

    private static final int TRUNCATED_BYTES = 16;

    private Sha256() {}

    /** Returns a new digest, for content that is read in parts. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Returns the hash of the bytes. */
    public static byte[] hash(byte[] bytes) {
        return digest().digest(bytes);
    }

    /** Returns the hash of the bytes, in hex. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(hash(bytes));
    }

    /** Returns the hash of the text in UTF-8, in hex. */
    public static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the first 16 bytes of the hash of the text in UTF-8, in Base64 for URLs: short enough for the name of a key. */
    public static String truncated(String text) {
        byte[] hash = hash(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, TRUNCATED_BYTES));
    }
}
