package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.service.ratelimit.ClientAddress;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.Ids;
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

/** Pairing a phone: a code for the examinee's browser, a token for the phone that sends it. */
@RestController
public class PairingController {

    /** Where a phone sends its code; it has no token yet. */
    public static final String REDEEM = "/api/v1/pairings/redeem";

    private final @Nullable Pairing pairing;
    private final @Nullable URI publicUrl;

    /**
     * @param pairing absent where there is no secret to sign tokens with
     */
    PairingController(ObjectProvider<Pairing> pairing, PairingProperties settings) {
        this.pairing = pairing.getIfAvailable();
        this.publicUrl = settings.publicUrl();
    }

    /**
     * @param qrCode an SVG picture of {@code captureUrl}
     */
    private record PairingResponse(String code, String captureUrl, Instant expiresAt, String qrCode) {}

    private record RedeemResponse(String token, Instant expiresAt, String planId, String examineeId) {}

    @PostMapping("/api/v1/plans/{planId}/examinees/{examineeId}/pairings")
    ResponseEntity<byte[]> offer(
            @PathVariable String planId,
            @PathVariable String examineeId,
            @AuthenticationPrincipal AuthenticatedCaller caller,
            HttpServletRequest request) {
        ExamineeKey examinee = Ids.examinee(planId, examineeId);
        if (!caller.isExaminee(examinee)) {
            throw new ApiException(ErrorCode.FORBIDDEN, "only this examinee may pair a phone");
        }
        Pairing.IssuedCode offer = pairing().offer(examinee);
        audit("offer-pairing", request)
                .by(caller)
                .with("plan", planId)
                .with("examinee", examineeId)
                .with("result", HttpStatus.CREATED.value())
                .write();
        String code = offer.code().value();
        String captureUrl = captureUrl(request, offer.secret().value());
        return json(
                HttpStatus.CREATED, new PairingResponse(code, captureUrl, offer.expiresAt(), QrCode.svg(captureUrl)));
    }

    @PostMapping(REDEEM)
    ResponseEntity<byte[]> redeem(HttpServletRequest request) {
        Pairing on = pairing();
        RedeemRequest redemption = RedeemRequest.read(request);
        AuditEvent audit = audit("pair", request).with("role", "device").with("who", redemption.deviceId());
        Pairing.Paired paired;
        try {
            paired = on.redeem(redemption, ClientAddress.networks(request.getRemoteAddr()));
        } catch (ApiException e) {
            // What comes beyond the limit is counted in the metrics, so that no one fills the log.
            if (e.code() != ErrorCode.TOO_MANY_REQUESTS) {
                audit.with("result", e.toProblem().status()).write();
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

    private Pairing pairing() {
        if (pairing == null) {
            throw new ApiException(ErrorCode.NOT_FOUND, PairingConfiguration.OFF);
        }
        return pairing;
    }

    /** The secret stands in the fragment, which browsers send to no server. */
    private String captureUrl(HttpServletRequest request, String secret) {
        String base = publicUrl == null
                ? ServletUriComponentsBuilder.fromContextPath(request).toUriString()
                : publicUrl.toString().replaceAll("/+$", "");
        return base + "/capture#" + secret;
    }

    private static ResponseEntity<byte[]> json(HttpStatus status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .body(MessageCodec.mapper().writeValueAsBytes(body));
    }
}
