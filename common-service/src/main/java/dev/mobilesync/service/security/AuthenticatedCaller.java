package dev.mobilesync.service.security;

import dev.mobilesync.messages.DisplayName;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;

/** The holder of a validated token and what it may access. */
public sealed interface AuthenticatedCaller {

    /**
     * An examinee's browser, with access to the examinee's own step.
     *
     * @param name the claim {@code name}; {@code null} without one, or if it is no {@link DisplayName}
     */
    record Examinee(ExamineeKey examinee, @Nullable String name) implements AuthenticatedCaller {

        /** Omits the name, which must not be logged. */
        @Override
        public String toString() {
            return "Examinee[examinee=" + examinee + "]";
        }
    }

    /**
     * A phone that may upload for one examinee.
     *
     * @param tokenId {@code jti} of a token that was issued at pairing; {@code null} if the platform issued the token
     * @param issuedAt {@code iat} of the token; {@code null} without one
     */
    record Device(
            ExamineeKey examinee,
            String deviceId,
            @Nullable String tokenId,
            @Nullable Instant issuedAt) implements AuthenticatedCaller {

        /** Whether a phone may still act for its examinee. */
        public enum PairingState {
            CURRENT,
            /** Another pairing has replaced the phone. */
            REPLACED,
            /** A reset has ended the pairing. */
            ENDED
        }

        /** Returns the value of {@code RedisKeys.pairedDevice} after a reset. It ends all pairings that were made before. */
        public static String endedPairing(Instant orderedAt) {
            return ":" + orderedAt.toEpochMilli();
        }

        /**
         * Returns whether this phone may still act. After a reset, a token of the platform is accepted if its {@code iat}, which
         * counts seconds, is not before the second of the order.
         * A malformed value revokes the phone: the next pairing replaces it.
         *
         * @param pairedDevice the value of {@code RedisKeys.pairedDevice}; {@code null} if no phone was paired here
         */
        public PairingState pairing(@Nullable String pairedDevice) {
            if (pairedDevice == null) {
                return PairingState.CURRENT;
            }
            if (pairedDevice.startsWith(":")) {
                return isIssuedAfter(pairedDevice.substring(1)) ? PairingState.CURRENT : PairingState.ENDED;
            }
            boolean current = tokenId == null
                    ? pairedDevice.startsWith(deviceId + ":")
                    : pairedDevice.equals(deviceId + ":" + tokenId);
            return current ? PairingState.CURRENT : PairingState.REPLACED;
        }

        private boolean isIssuedAfter(String orderedAtMillis) {
            return tokenId == null
                    && issuedAt != null
                    && orderedAtMillis.matches("\\d{1,15}")
                    && !issuedAt.isBefore(Instant.ofEpochMilli(Long.parseLong(orderedAtMillis))
                            .truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** A caller that supervises plans: it reads their records, gives orders in them and replaces their rosters. */
    sealed interface PlanSupervisor extends AuthenticatedCaller {

        /** The token's {@code sub}; identifies the caller in records and audit lines. */
        String subject();

        /** The ids of the plans. */
        Set<String> plans();

        /** The token's {@code role}. */
        default String role() {
            return this instanceof Service ? "service" : "proctor";
        }
    }

    /** A proctor, who also sees pictures and sends notices to examinees. */
    record Proctor(String subject, Set<String> plans) implements PlanSupervisor {}

    /** The exam platform's server. It uses REST only, and sees no pictures. */
    record Service(String subject, Set<String> plans) implements PlanSupervisor {}

    /** A claim that the role requires is missing or malformed. The message names the claim, never its value. */
    final class InvalidClaimException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private InvalidClaimException(String message) {
            super(message);
        }
    }

    /**
     * Reads the claims of a token whose signature, lifetime and audience are validated.
     *
     * @throws InvalidClaimException if a claim that the role requires is missing or malformed
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
            case "examinee" -> new Examinee(examinee(token), name(token));
            case "device" ->
                new Device(
                        examinee(token),
                        Identifiers.require("device", token.getClaimAsString("device")),
                        tokenId(token),
                        issuedAt(token));
            case "proctor" -> new Proctor(subject(token), plans(token));
            case "service" -> new Service(subject(token), plans(token));
            default -> throw new IllegalArgumentException("role must be examinee, device, proctor or service");
        };
    }

    private static ExamineeKey examinee(Jwt token) {
        return new ExamineeKey(
                Identifiers.require("plan", token.getClaimAsString("plan")),
                Identifiers.require("examinee", token.getClaimAsString("examinee")));
    }

    private static @Nullable String name(Jwt token) {
        return token.getClaims().get("name") instanceof String name ? DisplayName.parse(name) : null;
    }

    private static @Nullable String tokenId(Jwt token) {
        if (!TokenConfiguration.OWN_ISSUER.equals(token.getClaimAsString("iss"))) {
            return null;
        }
        String id = token.getId();
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("jti is missing");
        }
        return id;
    }

    /** Spring replaces a missing {@code iat} by one second before {@code exp}. */
    private static @Nullable Instant issuedAt(Jwt token) {
        Instant issuedAt = token.getIssuedAt();
        Instant expiresAt = token.getExpiresAt();
        return issuedAt == null || expiresAt == null || issuedAt.isBefore(expiresAt.minusSeconds(1)) ? issuedAt : null;
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

    /** Returns whether the caller is a proctor of the plan. */
    default boolean isProctorOf(String planId) {
        return this instanceof Proctor proctor && proctor.plans().contains(planId);
    }

    /** Returns whether the caller supervises the plan: as a proctor, or as the server of the platform. */
    default boolean isSupervisorOf(String planId) {
        return this instanceof PlanSupervisor supervisor && supervisor.plans().contains(planId);
    }

    /** Returns whether the caller is this examinee's browser. */
    default boolean isExaminee(ExamineeKey key) {
        return this instanceof Examinee self && self.examinee().equals(key);
    }

    /** Returns whether the caller is a phone of this examinee. */
    default boolean isDeviceOf(ExamineeKey key) {
        return this instanceof Device device && device.examinee().equals(key);
    }
}
