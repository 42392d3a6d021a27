package dev.mobilesync.benchmarks.simplebroker;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Rejects a {@code CONNECT} without a valid token in the header {@code Authorization}. */
final class TokenInterceptor implements ChannelInterceptor {

    private static final String BEARER = "Bearer ";

    private final JwtDecoder tokens;

    TokenInterceptor(JwtDecoder tokens) {
        this.tokens = tokens;
    }

    @Override
    public Message<?> preSend(Message<?> message, MessageChannel channel) {
        StompHeaderAccessor headers = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
        if (headers != null && headers.getCommand() == StompCommand.CONNECT) {
            @Nullable String authorization = headers.getFirstNativeHeader("Authorization");
            if (authorization == null || !authorization.startsWith(BEARER)) {
                throw new IllegalArgumentException("no token");
            }
            tokens.decode(authorization.substring(BEARER.length()));
        }
        return message;
    }
}
