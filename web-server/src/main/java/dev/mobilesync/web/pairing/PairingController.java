package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.ratelimit.ClientAddress;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.PathIds;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Pairs a phone: issues a code to the examinee's browser, and a token to the phone that sends the code. */
@RestController
public class PairingController {

    /** The path at which a phone redeems its code, without a token. */
    public static final String REDEEM = "/api/v1/pairings/redeem";

    private final @Nullable PairingService pairing;
    private final @Nullable URI publicUrl;

    /**
     * @param pairing absent without {@code mobile-sync.jwt.secret}
     */
    PairingController(ObjectProvider<PairingService> pairing, WebServerProperties properties) {
        this.pairing = pairing.getIfAvailable();
        this.publicUrl = properties.publicUrl();
    }

    /** {@code qrCode} is the {@code captureUrl} as SVG. */
    private record PairingResponse(String code, String captureUrl, Instant expiresAt, String qrCode) {}

    private record RedeemResponse(String token, Instant expiresAt, String planId, String examineeId) {}

    @PostMapping("/api/v1/plans/{planId}/examinees/{examineeId}/pairings")
    ResponseEntity<byte[]> issueCode(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        ExamineeKey examinee = PathIds.parseExaminee(planId, examineeId);
        if (!caller.isExaminee(examinee)) {
            throw new ApiException(ErrorCode.FORBIDDEN, "only this examinee may pair a phone");
        }
        PairingService.IssuedCodes issued = requirePairing().issue(examinee);
        audit("issue-code", request)
                .by(caller)
                .with("plan", planId)
                .with("examinee", examineeId)
                .with("result", HttpStatus.CREATED.value())
                .write();
        String code = issued.typedCode().value();
        String captureUrl = captureUrl(request, issued.linkSecret().value());
        return json(
                HttpStatus.CREATED, new PairingResponse(code, captureUrl, issued.expiresAt(), QrCode.svg(captureUrl)));
    }

    @PostMapping(REDEEM)
    ResponseEntity<byte[]> redeem(HttpServletRequest request) {
        PairingService enabled = requirePairing();
        RedeemRequest redeemRequest = RedeemRequest.read(request);
        AuditEvent audit = audit("pair", request).with("role", "device").with("who", redeemRequest.deviceId());
        PairingService.Paired paired;
        try {
            paired = enabled.redeem(redeemRequest, ClientAddress.networks(request.getRemoteAddr()));
        } catch (ApiException e) {
            // Rate-limited attempts are counted in a metric only, so that they cannot fill the audit log.
            if (e.code() != ErrorCode.TOO_MANY_REQUESTS) {
                audit.with("result", e.problem().status()).write();
            }
            throw e;
        } catch (DataAccessException e) {
            audit.with("result", HttpStatus.SERVICE_UNAVAILABLE.value()).write();
            throw e;
        }
        audit.with("plan", paired.examinee().planId())
                .with("examinee", paired.examinee().examineeId())
                .with("result", HttpStatus.OK.value())
                .write();
        return json(
                HttpStatus.OK,
                new RedeemResponse(
                        paired.token().value(),
                        paired.token().expiresAt(),
                        paired.examinee().planId(),
                        paired.examinee().examineeId()));
    }

    private static AuditEvent audit(String action, HttpServletRequest request) {
        return AuditEvent.of(action)
                .with("role", null)
                .with("who", null)
                .with("plan", null)
                .with("examinee", null)
                .with("address", request.getRemoteAddr());
    }

    private PairingService requirePairing() {
        if (pairing == null) {
            throw new ApiException(ErrorCode.NOT_FOUND, PairingConfiguration.DISABLED);
        }
        return pairing;
    }

    /** The secret is in the fragment, which browsers do not send to servers. */
    private String captureUrl(HttpServletRequest request, String linkSecret) {
        String base = publicUrl == null
                ? ServletUriComponentsBuilder.fromContextPath(request).toUriString()
                : publicUrl.toString().replaceAll("/+$", "");
        return base + "/capture#" + linkSecret;
    }

    private static ResponseEntity<byte[]> json(HttpStatus status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper().writeValueAsBytes(body));
    }
}
