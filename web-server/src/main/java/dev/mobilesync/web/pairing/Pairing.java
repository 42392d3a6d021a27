package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.web.common.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * The way of one pairing: the examinee's browser gets a code, the phone gives it back once and gets a token, and
 * everybody hears of it before the phone does.
 */
final class Pairing {

    private static final Logger log = LoggerFactory.getLogger(Pairing.class);

    private final PairingCodes codes;
    private final PairingAttemptLimiter guesses;
    private final DeviceTokens tokens;
    private final DeviceBindings devices;
    private final ConfirmedPublisher publisher;
    private final Clock clock;
    private final Duration life;

    /**
     * @param life how long a code is good
     */
    Pairing(
            PairingCodes codes,
            PairingAttemptLimiter guesses,
            DeviceTokens tokens,
            DeviceBindings devices,
            ConfirmedPublisher publisher,
            Clock clock,
            Duration life) {
        this.codes = codes;
        this.guesses = guesses;
        this.tokens = tokens;
        this.devices = devices;
        this.publisher = publisher;
        this.clock = clock;
        this.life = life;
    }

    /**
     * Two codes of which one is to be sent, and until when they are good.
     *
     * @param code to type
     * @param secret for a link
     */
    record IssuedCode(PairingCode code, PairingCode secret, Instant expiresAt) {}

    /** A phone's token, and for whom it is good. */
    record Paired(DeviceTokens.Issued token, ExamineeKey examinee) {}

    /**
     * Gives the examinee codes, which replace those before.
     *
     * @throws DataAccessException if Redis is away
     */
    IssuedCode offer(ExamineeKey examinee) {
        IssuedCode offer = new IssuedCode(PairingCode.random(), PairingCode.secret(), now().plus(life));
        codes.put(offer.secret(), offer.code(), examinee, offer.expiresAt());
        return offer;
    }

    /**
     * Pairs a phone.
     *
     * <p>The code is spent first, so that of many who send it only one goes on; it is given back if that one's pairing
     * cannot be told. The phone before stays the examinee's until everybody has been told of the new one.
     *
     * @param networks the client's, by which its wrong codes are counted: typed ones alone, because a link's secret cannot
     *     be guessed, and no wrong codes of others may block it
     * @throws Refusal {@code NOT_FOUND} if the code is unknown, used or expired, {@code TOO_MANY_REQUESTS} after too
     *     many such codes that were typed, {@code STATUS_PUBLISH_FAILED} if the broker is unavailable: the code is good then as before
     * @throws DataAccessException if Redis is away; the code may be spent then
     */
    Paired redeem(RedeemRequest redemption, List<String> networks) {
        PairingCode sent = PairingCode.typed(redemption.code());
        if (!sent.isSecret()) {
            guesses.requireLeft(networks);
        }
        PairingCodes.RedeemedCode code = codes.spend(sent);
        if (code == null) {
            if (!sent.isSecret()) {
                guesses.failed(networks);
            }
            throw new ApiException(ErrorCode.NOT_FOUND, "this code is unknown, used or expired");
        }
        try {
            return pair(code.examinee(), redemption.deviceId());
        } catch (PublishFailedException e) {
            log.warn("a pairing was not published: {}", e.getMessage());
            giveBack(code);
            throw new ApiException(ErrorCode.STATUS_PUBLISH_FAILED, "nobody could be told; send the code again", e);
        } catch (DataAccessException e) {
            giveBack(code);
            throw e;
        }
    }

    private Paired pair(ExamineeKey examinee, String deviceId) {
        DeviceTokens.Issued token = tokens.issue(examinee, deviceId);
        MobileSyncStatus status = MobileSyncStatus.paired(examinee, deviceId, now());
        publisher.publish(OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status)));
        devices.pair(examinee, deviceId, token.id());
        return new Paired(token, examinee);
    }

    private void giveBack(PairingCodes.RedeemedCode code) {
        try {
            codes.giveBack(code);
        } catch (DataAccessException e) {
            log.warn("a pairing code is lost, another must be made: {}", e.getMessage());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
