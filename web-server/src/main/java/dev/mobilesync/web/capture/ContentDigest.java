package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Content-Digest} (RFC 9530): {@code sha-256=:<base64>:}. Other algorithms are ignored. */
final class ContentDigest {

    private static final Pattern MEMBER =
            Pattern.compile("(?<algorithm>[a-z*][a-z0-9_.*-]*)=:(?<digest>[A-Za-z0-9+/]*={0,2}):(;[^,]*)?");
    private static final int SHA_256_BYTES = 32;

    private ContentDigest() {}

    /** Returns the SHA-256 in the values of the header; {@code null} if there is none. Rejects malformed values. */
    static byte @Nullable [] parse(Iterable<String> headers) {
        byte[] sha256 = null;
        for (String header : headers) {
            for (String member : header.split(",", -1)) {
                Matcher matcher = MEMBER.matcher(member.strip());
                if (!matcher.matches()) {
                    throw malformed();
                }
                if (matcher.group("algorithm").equals("sha-256")) {
                    sha256 = decode(matcher.group("digest"));
                }
            }
        }
        return sha256;
    }

    private static byte[] decode(String base64) {
        try {
            byte[] digest = Base64.getDecoder().decode(base64);
            if (digest.length == SHA_256_BYTES) {
                return digest;
            }
        } catch (IllegalArgumentException e) {
            // rejected below
        }
        throw malformed();
    }

    private static ApiException malformed() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "Content-Digest must have the form sha-256=:<base64>:");
    }
}
