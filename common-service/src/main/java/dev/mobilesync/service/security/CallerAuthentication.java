package dev.mobilesync.service.security;

import java.util.List;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** Spring Security's authentication of a validated token. Its principal is the {@link AuthenticatedCaller}. */
public final class CallerAuthentication extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final transient AuthenticatedCaller caller;

    private CallerAuthentication(AuthenticatedCaller caller) {
        super(List.of());
        this.caller = caller;
        setAuthenticated(true);
    }

    /** Returns the resource server's token converter. */
    public static Converter<Jwt, AbstractAuthenticationToken> converter() {
        return token -> {
            try {
                return new CallerAuthentication(AuthenticatedCaller.of(token));
            } catch (IllegalArgumentException e) {
                throw new InvalidBearerTokenException(String.valueOf(e.getMessage()), e);
            }
        };
    }

    @Override
    public AuthenticatedCaller getPrincipal() {
        return caller;
    }

    @Override
    public Object getCredentials() {
        return "";
    }
}
