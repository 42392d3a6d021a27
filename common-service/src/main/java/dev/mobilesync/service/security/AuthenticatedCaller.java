package dev.mobilesync.service.security;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;

/** Who holds a token, and for whom it is good. */
public sealed interface AuthenticatedCaller {

    /** An examinee's browser: good for itself. */
    record Examinee(ExamineeKey examinee) implements AuthenticatedCaller {}

    /**
     * A phone: good for uploading for one examinee, from that device.
     *
     * @param pairingId which pairing of ours the token comes from ({@code jti}); {@code null} if the platform issued it
     */
    record Device(
            ExamineeKey examinee, String deviceId, @Nullable String pairingId) implements AuthenticatedCaller {

        /** A phone whose token the platform issued. */
        public Device(ExamineeKey examinee, String deviceId) {
            this(examinee, deviceId, null);
        }
    }

    /**
     * A proctor of some plans.
     *
     * @param subject the token's {@code sub}: who it is, in records and audit lines
     */
    record Proctor(String subject, Set<String> plans) implements AuthenticatedCaller {}

    /** A claim that the role needs is missing or not of its form. The message names the claim and never the value. */
    final class InvalidClaimException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private InvalidClaimException(String message) {
            super(message);
        }
    }

    /**
     * Reads the claims of a token whose signature, life and audience were checked already.
     *
     * @throws InvalidClaimException if a claim that the role needs is missing or not of its form
     */
    static AuthenticatedCaller of(Jwt token) {
        try {
            return read(token);
        } catch (IllegalArgumentException e) {
            throw new InvalidClaimException(String.valueOf(e.getMessage()));
        }
    }

    private static AuthenticatedCaller read(Jwt token) {
        String role = token.getClaimAsString("role");
        return switch (role == null ? "" : role) {
            case "examinee" -> new Examinee(examinee(token));
            case "device" ->
                new Device(
                        examinee(token),
                        Identifiers.require("device", token.getClaimAsString("device")),
                        pairingId(token));
            case "proctor" -> new Proctor(subject(token), plans(token));
            default -> throw new IllegalArgumentException("role must be examinee, proctor or device");
        };
    }

    private static ExamineeKey examinee(Jwt token) {
        return new ExamineeKey(
                Identifiers.require("plan", token.getClaimAsString("plan")),
                Identifiers.require("examinee", token.getClaimAsString("examinee")));
    }

    private static @Nullable String pairingId(Jwt token) {
        if (!TokenConfiguration.OWN_ISSUER.equals(token.getClaimAsString("iss"))) {
            return null;
        }
        String id = token.getId();
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("jti is missing");
        }
        return id;
    }

    private static String subject(Jwt token) {
        String subject = token.getSubject();
        if (subject == null || subject.isBlank() || subject.length() > 128) {
            throw new IllegalArgumentException("sub must have 1 to 128 characters");
        }
        return subject;
    }

    private static Set<String> plans(Jwt token) {
        List<String> plans = token.getClaimAsStringList("plans");
        if (plans == null) {
            throw new IllegalArgumentException("plans must be a list");
        }
        plans.forEach(plan -> Identifiers.require("plans", plan));
        return Set.copyOf(plans);
    }

    /** Whether this is a proctor of the plan. */
    default boolean isProctorOf(String planId) {
        return this instanceof Proctor proctor && proctor.plans().contains(planId);
    }

    /** Whether this is that examinee's own browser. */
    default boolean isExaminee(ExamineeKey key) {
        return this instanceof Examinee self && self.examinee().equals(key);
    }

    /** Whether this is a phone that may upload for that examinee. */
    default boolean isDeviceOf(ExamineeKey key) {
        return this instanceof Device device && device.examinee().equals(key);
    }
}
