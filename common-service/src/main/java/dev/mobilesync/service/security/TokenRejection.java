package dev.mobilesync.service.security;

import com.nimbusds.jose.proc.BadJOSEException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/**
 * Why a token was rejected.
 *
 * @param reason for clients: the {@code reason} of a 401
 * @param detail for developers; names a claim and never its value
 */
public record TokenRejection(Reason reason, String detail) {

    private static final String UNSUPPORTED = "Unsupported algorithm";

    /** What was wrong with a token. */
    public enum Reason {
        EXPIRED,
        /** Wrong key or algorithm. */
        SIGNATURE,
        AUDIENCE,
        /** A claim is missing, of a wrong form or out of its range. */
        CLAIM,
        /** Not a token at all. */
        MALFORMED
    }

    /** The cause of what Spring Security threw: a decoder or {@link CallerAuthentication#converter()}. */
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
                return new TokenRejection(Reason.SIGNATURE, "the signature is not one of ours");
            }
        }
        return new TokenRejection(Reason.MALFORMED, "this is not a token");
    }
}
