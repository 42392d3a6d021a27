package dev.mobilesync.state;

import java.util.Base64;

/** A secret of the Standard Webhooks specification: {@code whsec_} and the Base64 form of its bytes. Never printed. */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private final String value;

    private WebhookSecret(String value) {
        this.value = value;
    }

    /** Called by Spring. Never fails: an error message of the conversion would contain the secret. */
    public static WebhookSecret valueOf(String value) {
        return new WebhookSecret(value.strip());
    }

    boolean isValid() {
        if (!value.startsWith(PREFIX)) {
            return false;
        }
        try {
            int bytes = Base64.getDecoder().decode(value.substring(PREFIX.length())).length;
            return bytes >= MIN_BYTES && bytes <= MAX_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the secret itself, with its prefix. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return PREFIX + "***";
    }
}
