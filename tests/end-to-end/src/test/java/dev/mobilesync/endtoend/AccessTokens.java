package dev.mobilesync.endtoend;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.mobilesync.endtoend.AccessTable.Caller;
import dev.mobilesync.endtoend.AccessTable.Endpoint;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tokens of the callers in {@link AccessTable}. */
final class AccessTokens {

    static final ExamineeKey TARGET = new ExamineeKey("PA", "E1");
    /** The examinee whose phone M1 was replaced by M9. */
    static final ExamineeKey REPLACED = new ExamineeKey("PA", "E4");

    private static final ExamineeKey ANOTHER = new ExamineeKey("PA", "E2");
    private static final ExamineeKey OF_ANOTHER_PLAN = new ExamineeKey("PB", "E1");

    private AccessTokens() {}

    /** The caller's token; empty without one. Tokens that are invalid carry the claims that the endpoint requires. */
    static String token(Caller caller, Endpoint endpoint) {
        return switch (caller) {
            case NO_TOKEN -> "";
            case EXPIRED ->
                TestTokens.mint(with(
                        requiredClaims(endpoint), "exp", Date.from(Instant.now().minusSeconds(120))));
            case WRONG_SIGNATURE ->
                TestTokens.mint(requiredClaims(endpoint), "another-secret-of-more-than-32-bytes-length");
            case ALG_NONE -> unsigned(requiredClaims(endpoint));
            case WRONG_AUDIENCE -> TestTokens.mint(with(requiredClaims(endpoint), "aud", "another-service"));
            case UNKNOWN_ROLE -> TestTokens.mint(with(requiredClaims(endpoint), "role", "admin"));
            case MISSING_CLAIM -> {
                Map<String, Object> claims = new HashMap<>(requiredClaims(endpoint));
                claims.keySet().removeAll(List.of("plan", "plans"));
                yield TestTokens.mint(claims);
            }
            case DEVICE -> device(TARGET, "M1");
            case DEVICE_OF_ANOTHER_EXAMINEE -> device(ANOTHER, "M1");
            case DEVICE_WITH_ANOTHER_ID -> device(TARGET, "M2");
            case DEVICE_OF_ANOTHER_PLAN -> device(OF_ANOTHER_PLAN, "M1");
            case DEVICE_REPLACED -> device(REPLACED, "M1");
            case EXAMINEE -> examinee(TARGET);
            case ANOTHER_EXAMINEE -> examinee(ANOTHER);
            case EXAMINEE_OF_ANOTHER_PLAN -> examinee(OF_ANOTHER_PLAN);
            case PROCTOR -> TestTokens.proctor("kim", "PA");
            case PROCTOR_OF_ANOTHER_PLAN -> TestTokens.proctor("lee", "PB");
            case SERVICE -> TestTokens.service("platform", "PA");
            case SERVICE_OF_ANOTHER_PLAN -> TestTokens.service("platform", "PB");
        };
    }

    private static String device(ExamineeKey examinee, String device) {
        return TestTokens.device(examinee.planId(), examinee.examineeId(), device);
    }

    private static String examinee(ExamineeKey examinee) {
        return TestTokens.examinee(examinee.planId(), examinee.examineeId());
    }

    /** The claims that the endpoint requires; arbitrary valid ones if it accepts no token. */
    private static Map<String, Object> requiredClaims(Endpoint endpoint) {
        return switch (endpoint) {
            case UPLOAD, PREVIEW -> Map.of("role", "device", "plan", "PA", "examinee", "E1", "device", "M1");
            case RECORD, PAIRING, CONNECT, EXAMINEE_TOPIC, WAIT, SHUTTER ->
                Map.of("role", "examinee", "plan", "PA", "examinee", "E1");
            default -> Map.of("role", "proctor", "sub", "kim", "plans", List.of("PA"));
        };
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static String unsigned(Map<String, Object> claims) {
        JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder()
                .audience("mobile-sync")
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
        claims.forEach(builder::claim);
        return new PlainJWT(builder.build()).serialize();
    }
}
