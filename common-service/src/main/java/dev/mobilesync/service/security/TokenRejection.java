package dev.mobilesync.service.security;

import com.nimbusds.jose.proc.BadJOSEException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/**
 * The reason for which a token was rejected.
 *
 * @param reason the {@code reason} of the 401 response
 * @param detail for developers; names the claim, never its value
 */
public record TokenRejection(Reason reason, String detail) {

    private static final String UNSUPPORTED = "Unsupported algorithm";

    /** Category of the rejection. */
    public enum Reason {
        EXPIRED,
        /** The key is wrong, or the algorithm is not accepted. */
        SIGNATURE,
        AUDIENCE,
        /** A claim is missing, malformed or out of range. */
        CLAIM,
        /** Not a JWT. */
        MALFORMED
    }

    /** Finds the rejection in an exception of a decoder or of {@link CallerAuthentication#converter()}. */
    public static TokenRejection of(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof JwtValidationException invalid) {
                OAuth2Error error = invalid.getErrors().iterator().next();
                return new TokenRejection(Reason.valueOf(error.getErrorCode()), String.valueOf(error.getDescription()));
            }
            if (e instanceof AuthenticatedCaller.InvalidClaimException) {
                return new TokenRejection(Reason.CLAIM, String.valueOf(e.getMessage()));
            }
            if (e instanceof BadJOSEException
                    || e instanceof BadJwtException
                            && String.valueOf(e.getMessage()).startsWith(UNSUPPORTED)) {
                return new TokenRejection(
                        Reason.SIGNATURE, "the signature is invalid or its algorithm is not accepted");
            }
        }
        return new TokenRejection(Reason.MALFORMED, "this is not a token");
    }
}
