package dev.mobilesync.socket.request;

import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileSyncNotice;
import dev.mobilesync.messages.MobileSyncPreview;
import dev.mobilesync.messages.MobileSyncShutter;
import dev.mobilesync.service.request.RequestBodies;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.TokenConfiguration;
import dev.mobilesync.service.security.TokenRejection;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.device.PhoneConnections;
import dev.mobilesync.socket.fanout.CurrentStateSender;
import dev.mobilesync.socket.limit.FrameRateLimiter;
import dev.mobilesync.socket.limit.TokenConnectionLimiter;
import dev.mobilesync.socket.session.ClientFrameHandler;
import dev.mobilesync.socket.session.SessionPrincipal;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.Destinations;
import dev.mobilesync.socket.stomp.Destinations.EnterStep;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.Notice;
import dev.mobilesync.socket.stomp.Destinations.Order;
import dev.mobilesync.socket.stomp.Destinations.Preview;
import dev.mobilesync.socket.stomp.Destinations.SendTarget;
import dev.mobilesync.socket.stomp.Destinations.Shutter;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.Heartbeats;
import dev.mobilesync.socket.stomp.StompFrames;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Handles the frames of clients: CONNECT, SUBSCRIBE, UNSUBSCRIBE, SEND and DISCONNECT. */
@Component
final class StompFrameDispatcher implements ClientFrameHandler {

    private static final String BEARER = "Bearer ";
    /** Header of SUBSCRIBE: id of a receipt that follows the current state. It comes also if there is no state. */
    private static final String STATE_RECEIPT = "state-receipt";

    private static final int MAX_ID_LENGTH = 64;
    private static final int EXAMINEE_SENDS_PER_10_S = 10;
    private static final int PROCTOR_SENDS_PER_10_S = 500;
    private static final long[] NO_HEART_BEAT = {0, 0};
    private static final Pattern HEART_BEAT = Pattern.compile("\\d{1,9},\\d{1,9}");

    private final JwtDecoder tokenDecoder;
    private final SocketServerProperties properties;
    private final CurrentStateSender currentStates;
    private final StatusQueuePublisher statusPublisher;
    private final SignalAndNoticePublisher signalAndNoticePublisher;
    private final PhoneConnections phones;
    private final TokenConnectionLimiter connectionLimiter;
    private final Clock clock;
    private final RequestBodies bodies;
    private final boolean mayBlockOnConnect;

    StompFrameDispatcher(
            JwtDecoder tokenDecoder,
            SocketServerProperties properties,
            CurrentStateSender currentStates,
            StatusQueuePublisher statusPublisher,
            SignalAndNoticePublisher signalAndNoticePublisher,
            PhoneConnections phones,
            TokenConnectionLimiter connectionLimiter,
            Clock clock,
            OAuth2ResourceServerProperties resourceServer) {
        this.tokenDecoder = tokenDecoder;
        this.properties = properties;
        this.currentStates = currentStates;
        this.statusPublisher = statusPublisher;
        this.signalAndNoticePublisher = signalAndNoticePublisher;
        this.phones = phones;
        this.connectionLimiter = connectionLimiter;
        this.clock = clock;
        this.bodies = new RequestBodies(clock);
        // The keys of an issuer are fetched from it when they are unknown.
        this.mayBlockOnConnect = TokenConfiguration.hasIssuer(resourceServer);
    }

    @Override
    public boolean mayBlockOnConnect() {
        return mayBlockOnConnect;
    }

    @Override
    public void handle(StompSession session, StompHeaderAccessor headers, byte[] body) {
        StompCommand command = headers.getCommand();
        SessionPrincipal principal = session.principal();
        if (principal == null) {
            if (command != StompCommand.CONNECT && command != StompCommand.STOMP) {
                throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "CONNECT must come first");
            }
            connect(session, headers);
            return;
        }
        if (command == null || headers.getFirstNativeHeader("transaction") != null) {
            throw invalid("transactions are not supported");
        }
        switch (command) {
            case SUBSCRIBE -> subscribe(session, principal.caller(), headers);
            case UNSUBSCRIBE -> {
                session.unsubscribe(required(headers, "id"));
                session.sendReceipt(headers.getReceipt());
            }
            case SEND -> {
                try {
                    send(session, principal, headers, body);
                } catch (InvalidMessageException e) {
                    throw invalid(String.valueOf(e.getMessage()));
                }
            }
            case DISCONNECT -> {
                session.sendReceipt(headers.getReceipt());
                session.disconnect(DisconnectReason.DISCONNECTED);
            }
            default -> throw invalid(command + " is not supported");
        }
    }

    private void connect(StompSession session, StompHeaderAccessor headers) {
        String version = version(headers);
        Heartbeats heartbeats = Heartbeats.negotiate(heartBeat(headers), properties.socketHeartBeat());
        Jwt token = token(headers);
        Instant expiresAt = token.getExpiresAt();
        AuthenticatedCaller caller;
        try {
            caller = AuthenticatedCaller.of(token);
        } catch (IllegalArgumentException e) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "token: " + e.getMessage());
        }
        if (caller instanceof AuthenticatedCaller.Service) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN);
        }
        if (expiresAt == null) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "token: exp is missing");
        }
        int sends = caller instanceof AuthenticatedCaller.Proctor ? PROCTOR_SENDS_PER_10_S : EXAMINEE_SENDS_PER_10_S;
        TokenConnectionLimiter.Registration registration = connectionLimiter.register(token.getTokenValue(), expiresAt);
        SessionPrincipal principal = new SessionPrincipal(
                caller, expiresAt, heartbeats, FrameRateLimiter.forSends(sends), registration.release());
        CompletableFuture<Boolean> withinLimit = caller instanceof AuthenticatedCaller.Device phone
                ? phones.requireCurrent(phone).thenCompose(current -> registration.isWithinLimit())
                : registration.isWithinLimit();
        withinLimit.whenCompleteAsync(
                (isWithinLimit, failure) -> {
                    if (failure == null && isWithinLimit) {
                        session.onAuthenticated(
                                principal,
                                StompFrames.connected(
                                        version, properties.socketHeartBeat().toMillis(), clock.instant()));
                    } else {
                        registration.release().run();
                        session.disconnect(
                                failure == null
                                        ? DisconnectReason.TOO_MANY_CONNECTIONS
                                        : ConnectFailure.reason(failure));
                    }
                },
                session.eventLoop());
    }

    private Jwt token(StompHeaderAccessor headers) {
        String header = headers.getFirstNativeHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "CONNECT needs Authorization: Bearer …");
        }
        try {
            return tokenDecoder.decode(header.substring(BEARER.length()).trim());
        } catch (BadJwtException e) {
            throw new FrameRejectedException(
                    DisconnectReason.UNAUTHENTICATED,
                    "token: " + TokenRejection.of(e).detail());
        } catch (JwtException e) {
            throw new FrameRejectedException(DisconnectReason.TOKEN_UNCHECKED);
        }
    }

    private static String version(StompHeaderAccessor headers) {
        Set<String> accepted = headers.getAcceptVersion();
        for (String version : new String[] {"1.2", "1.1"}) {
            if (accepted.contains(version)) {
                return version;
            }
        }
        throw invalid("accept-version must contain 1.2 or 1.1");
    }

    private static long[] heartBeat(StompHeaderAccessor headers) {
        String header = headers.getFirstNativeHeader(StompHeaderAccessor.STOMP_HEARTBEAT_HEADER);
        if (header == null) {
            return NO_HEART_BEAT;
        }
        if (!HEART_BEAT.matcher(header).matches()) {
            throw invalid("heart-beat must be two numbers");
        }
        int comma = header.indexOf(',');
        return new long[] {Long.parseLong(header.substring(0, comma)), Long.parseLong(header.substring(comma + 1))};
    }

    private void subscribe(StompSession session, AuthenticatedCaller caller, StompHeaderAccessor headers) {
        String id = required(headers, "id");
        String destination = required(headers, "destination");
        if (!"auto".equals(headers.getAck() == null ? "auto" : headers.getAck())) {
            throw invalid("ack must be auto");
        }
        Topic topic = Destinations.parseTopic(destination);
        if (topic == null) {
            throw invalid("there is no such destination");
        }
        if (!topic.allows(caller)) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN);
        }
        Subscription subscription =
                new Subscription(session, id, destination, topic, headers.getFirstNativeHeader(STATE_RECEIPT));
        session.subscribe(subscription);
        session.sendReceipt(headers.getReceipt());
        if (topic instanceof ExamineeTopic) {
            currentStates.sendCurrentState(subscription);
        }
    }

    private void send(StompSession session, SessionPrincipal principal, StompHeaderAccessor headers, byte[] body)
            throws InvalidMessageException {
        SendTarget target = Destinations.parseSendTarget(required(headers, "destination"));
        if (target == null) {
            throw invalid("there is no such destination");
        }
        if (!target.allows(principal.caller())) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN);
        }
        if (!principal.sendLimiter().tryAcquire(1)) {
            throw new FrameRejectedException(DisconnectReason.TOO_MANY_REQUESTS);
        }
        if (target instanceof EnterStep entry) {
            String name = principal.caller() instanceof AuthenticatedCaller.Examinee self ? self.name() : null;
            statusPublisher.publishStepEntry(session, entry.examinee(), name, headers.getReceipt());
        } else if (target instanceof Order order && principal.caller() instanceof AuthenticatedCaller.Proctor proctor) {
            statusPublisher.publishOrder(
                    session, bodies.order(body, order.examinee(), proctor), proctor, headers.getReceipt());
        } else if (target instanceof Shutter shutter) {
            ObjectNode fields = bodies.fields(body, shutter.examinee());
            signalAndNoticePublisher.publishSignal(
                    session,
                    RequestBodies.parse(MobileSyncShutter.class, MessageType.MOBILE_SYNC_SHUTTER, fields),
                    headers.getReceipt());
        } else if (target instanceof Preview preview
                && principal.caller() instanceof AuthenticatedCaller.Device device) {
            ObjectNode fields = bodies.fields(body, preview.examinee()).put("deviceId", device.deviceId());
            signalAndNoticePublisher.publishSignal(
                    session,
                    RequestBodies.parse(MobileSyncPreview.class, MessageType.MOBILE_SYNC_PREVIEW, fields),
                    headers.getReceipt());
        } else if (target instanceof Notice notice
                && principal.caller() instanceof AuthenticatedCaller.Proctor proctor) {
            signalAndNoticePublisher.publishNotice(
                    session,
                    RequestBodies.parse(
                            MobileSyncNotice.class,
                            MessageType.MOBILE_SYNC_NOTICE,
                            bodies.fields(body, notice.examinee())),
                    proctor.subject(),
                    headers.getReceipt());
        }
    }

    private static String required(StompHeaderAccessor headers, String name) {
        @Nullable String value = headers.getFirstNativeHeader(name);
        boolean tooLong = name.equals("id") && value != null && value.length() > MAX_ID_LENGTH;
        if (value == null || value.isEmpty() || tooLong) {
            throw invalid(name + (tooLong ? " is too long" : " is missing"));
        }
        return value;
    }

    private static FrameRejectedException invalid(String text) {
        return new FrameRejectedException(DisconnectReason.INVALID_REQUEST, text);
    }
}
