package dev.mobilesync.socket.command;

import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.fanout.SnapshotSender;
import dev.mobilesync.socket.limit.SendLimit;
import dev.mobilesync.socket.limit.TokenConnectionLimiter;
import dev.mobilesync.socket.session.FrameHandler;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.Destinations;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.Heartbeats;
import dev.mobilesync.socket.stomp.StompFrames;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.AuthenticatedCaller;
import dev.mobilesync.service.TokenRejection;
import dev.mobilesync.socket.stomp.Destinations.Command;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.Order;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import dev.mobilesync.socket.stomp.Destinations.Wait;
import dev.mobilesync.socket.session.StompSession.SessionPrincipal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What each frame of a browser does. What is refused is thrown as {@link FrameRejectedException}. */
@Component
final class StompCommandHandler implements FrameHandler {

    private static final String BEARER = "Bearer ";
    /** Of SUBSCRIBE: the receipt for it that comes after the current state, be there one or none. */
    private static final String STATE_RECEIPT = "state-receipt";

    private static final int MAX_ID_LENGTH = 64;
    private static final int EXAMINEE_SENDS = 10;
    private static final int PROCTOR_SENDS = 500;
    private static final long[] NO_HEART_BEAT = {0, 0};

    private final JwtDecoder tokens;
    private final SocketServerProperties settings;
    private final SnapshotSender snapshots;
    private final StatusQueuePublisher statusSender;
    private final TokenConnectionLimiter connections;
    private final Clock clock;

    StompCommandHandler(
            JwtDecoder tokens,
            SocketServerProperties settings,
            SnapshotSender snapshots,
            StatusQueuePublisher statusSender,
            TokenConnectionLimiter connections,
            Clock clock) {
        this.tokens = tokens;
        this.settings = settings;
        this.snapshots = snapshots;
        this.statusSender = statusSender;
        this.connections = connections;
        this.clock = clock;
    }

    @Override
    public void handle(StompSession session, StompHeaderAccessor headers, byte[] body) {
        StompCommand command = headers.getCommand();
        SessionPrincipal login = session.login();
        if (login == null) {
            if (command != StompCommand.CONNECT && command != StompCommand.STOMP) {
                throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "CONNECT comes first");
            }
            connect(session, headers);
            return;
        }
        if (command == null || headers.getFirstNativeHeader("transaction") != null) {
            throw invalid("there are no transactions here");
        }
        switch (command) {
            case SUBSCRIBE -> subscribe(session, login.caller(), headers);
            case UNSUBSCRIBE -> {
                session.unsubscribe(required(headers, "id"));
                session.confirm(headers.getReceipt());
            }
            case SEND -> send(session, login, headers, body);
            case DISCONNECT -> {
                session.confirm(headers.getReceipt());
                session.disconnect(DisconnectReason.DISCONNECTED);
            }
            default -> throw invalid(command + " is not taken here");
        }
    }

    private void connect(StompSession session, StompHeaderAccessor headers) {
        String version = version(headers);
        Heartbeats heartbeats = Heartbeats.agree(heartBeat(headers), settings.socketHeartBeat());
        Jwt token = token(headers);
        Instant expiresAt = token.getExpiresAt();
        AuthenticatedCaller caller;
        try {
            caller = AuthenticatedCaller.of(token);
        } catch (IllegalArgumentException e) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "token: " + e.getMessage());
        }
        if (expiresAt == null) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "token: exp is missing");
        }
        if (caller instanceof AuthenticatedCaller.Device) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN, "phones upload over REST");
        }
        int sends = caller instanceof AuthenticatedCaller.Proctor ? PROCTOR_SENDS : EXAMINEE_SENDS;
        Runnable leave = connections.enter(token.getTokenValue(), expiresAt);
        session.loggedIn(new SessionPrincipal(caller, expiresAt, heartbeats, new SendLimit(sends), leave));
        session.send(StompFrames.connected(version, settings.socketHeartBeat().toMillis(), clock.instant()));
    }

    private Jwt token(StompHeaderAccessor headers) {
        String header = headers.getFirstNativeHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new FrameRejectedException(DisconnectReason.UNAUTHENTICATED, "CONNECT needs Authorization: Bearer …");
        }
        try {
            return tokens.decode(header.substring(BEARER.length()).trim());
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
        throw invalid("accept-version must have 1.2 or 1.1");
    }

    private static long[] heartBeat(StompHeaderAccessor headers) {
        String header = headers.getFirstNativeHeader(StompHeaderAccessor.STOMP_HEARTBEAT_HEADER);
        if (header == null) {
            return NO_HEART_BEAT;
        }
        if (!header.matches("\\d{1,9},\\d{1,9}")) {
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
        Topic topic = Destinations.topic(destination);
        if (topic == null) {
            throw invalid("there is no such destination");
        }
        if (!topic.allows(caller)) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN);
        }
        Subscription subscription =
                new Subscription(session, id, destination, topic, headers.getFirstNativeHeader(STATE_RECEIPT));
        session.subscribe(subscription);
        session.confirm(headers.getReceipt());
        if (topic instanceof ExamineeTopic) {
            snapshots.request(subscription);
        }
    }

    private void send(StompSession session, SessionPrincipal login, StompHeaderAccessor headers, byte[] body) {
        Command command = Destinations.command(required(headers, "destination"));
        if (command == null) {
            throw invalid("there is no such destination");
        }
        if (!command.allows(login.caller())) {
            throw new FrameRejectedException(DisconnectReason.FORBIDDEN);
        }
        if (!login.sendLimit().tryUse()) {
            throw new FrameRejectedException(DisconnectReason.TOO_MANY_REQUESTS);
        }
        if (command instanceof Wait wait) {
            statusSender.enter(session, wait.examinee(), headers.getReceipt());
        } else if (command instanceof Order order && login.caller() instanceof AuthenticatedCaller.Proctor proctor) {
            statusSender.order(session, order(order, proctor, body), headers.getReceipt());
        }
    }

    /** The order that a body holds, be it bare or in an envelope; whom it is about and who gives it is not its to say. */
    private MobileSyncOrder order(Order order, AuthenticatedCaller.Proctor proctor, byte[] body) {
        try {
            JsonNode json = MessageCodec.mapper().readTree(body);
            JsonNode data = json.path("data").isObject() ? json.get("data") : json;
            if (!(data instanceof ObjectNode fields)) {
                throw invalid("the body must be a JSON object");
            }
            fields.put("planId", order.examinee().planId());
            fields.put("examineeId", order.examinee().examineeId());
            fields.put("by", proctor.subject());
            fields.put(
                    "timestamp", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            ObjectNode message = MessageCodec.mapper().createObjectNode();
            message.put("type", MessageType.MOBILE_SYNC_ORDER.wireName());
            message.set("data", fields);
            return MessageCodec.decode(MessageCodec.mapper().writeValueAsBytes(message), MobileSyncOrder.class);
        } catch (JacksonException e) {
            throw invalid("the body must be a JSON object");
        } catch (InvalidMessageException e) {
            throw invalid(String.valueOf(e.getMessage()));
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
