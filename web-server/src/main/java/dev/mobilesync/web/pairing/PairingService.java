package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.web.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Pairs phones with examinees: issues a code to the examinee's browser and exchanges it once for the phone's token. The
 * pairing is published before the phone gets its token.
 */
final class PairingService {

    private static final Logger log = LoggerFactory.getLogger(PairingService.class);

    private final PairingCodes codes;
    private final WrongCodeLimiter limiter;
    private final DeviceTokens tokens;
    private final PairedDevices pairedDevices;
    private final ConfirmedPublisher publisher;
    private final Clock clock;
    private final Duration codeTtl;

    PairingService(
            PairingCodes codes,
            WrongCodeLimiter limiter,
            DeviceTokens tokens,
            PairedDevices pairedDevices,
            ConfirmedPublisher publisher,
            Clock clock,
            Duration codeTtl) {
        this.codes = codes;
        this.limiter = limiter;
        this.tokens = tokens;
        this.pairedDevices = pairedDevices;
        this.publisher = publisher;
        this.clock = clock;
        this.codeTtl = codeTtl;
    }

    /**
     * Two codes of one pairing; either redeems it.
     *
     * @param typedCode the code to type
     * @param linkSecret the code in the link
     */
    record IssuedCodes(PairingCode typedCode, PairingCode linkSecret, Instant expiresAt) {}

    /** A phone's token and its examinee. */
    record Paired(DeviceTokens.Issued token, ExamineeKey examinee) {}

    /** Issues codes, which replace the examinee's previous ones. */
    IssuedCodes issue(ExamineeKey examinee) {
        IssuedCodes issued = new IssuedCodes(PairingCode.typedCode(), PairingCode.linkSecret(), now().plus(codeTtl));
        codes.put(issued.linkSecret(), issued.typedCode(), examinee, issued.expiresAt());
        return issued;
    }

    /**
     * Pairs a phone.
     *
     * <p>The code is consumed first, so that one of several concurrent requests succeeds, and restored if the pairing cannot
     * be published. The previous phone may upload until the new one is stored, after the new pairing is published.
     *
     * @param networks of the client, which limit wrong typed codes. Links are not limited: their secret cannot be guessed,
     *     and wrong codes of others must not block them
     * @throws ApiException {@code NOT_FOUND} if the code is unknown, used or expired, {@code TOO_MANY_REQUESTS} after too
     *     many wrong codes, {@code STATUS_PUBLISH_FAILED} if the broker is unavailable; the code stays valid then
     * @throws DataAccessException if Redis is unavailable; the code may be consumed
     */
    Paired redeem(RedeemRequest request, List<String> networks) {
        PairingCode sent = PairingCode.parse(request.code());
        if (!sent.isLinkSecret()) {
            limiter.requireRemaining(networks);
        }
        // Before the code is consumed: a reset in between is newer, and supersedes this pairing.
        Instant pairedAt = now();
        PairingCodes.ConsumedCodes consumed = codes.consume(sent);
        if (consumed == null) {
            if (!sent.isLinkSecret()) {
                limiter.recordFailure(networks);
            }
            throw unknownCode();
        }
        try {
            return pair(consumed, request.deviceId(), pairedAt);
        } catch (PublishFailedException e) {
            log.warn("a pairing was not published: {}", e.getMessage());
            restore(consumed);
            throw new ApiException(
                    ErrorCode.STATUS_PUBLISH_FAILED, "the pairing could not be published; send the code again", e);
        } catch (DataAccessException e) {
            restore(consumed);
            throw e;
        }
    }

    private static ApiException unknownCode() {
        return new ApiException(ErrorCode.NOT_FOUND, "this code is unknown, used or expired");
    }

    private Paired pair(PairingCodes.ConsumedCodes consumed, String deviceId, Instant pairedAt) {
        ExamineeKey examinee = consumed.examinee();
        DeviceTokens.Issued token = tokens.issue(examinee, deviceId);
        MobileSyncStatus status = MobileSyncStatus.paired(examinee, deviceId, pairedAt);
        publisher.publish(OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status)));
        if (!pairedDevices.set(examinee, deviceId, token.id(), consumed.pairedDeviceBefore())) {
            throw unknownCode();
        }
        return new Paired(token, examinee);
    }

    private void restore(PairingCodes.ConsumedCodes consumed) {
        try {
            codes.restore(consumed);
        } catch (DataAccessException e) {
            log.warn("a pairing code was lost; the examinee must request another: {}", e.getMessage());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
