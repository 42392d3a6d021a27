package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.UriComponentsBuilder;

/** Rejects an {@code Origin} that cannot be parsed with 403. Spring's own check would fail with 500. */
final class MalformedOriginFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isParsable(request.getHeader(HttpHeaders.ORIGIN))) {
            chain.doFilter(request, response);
        } else {
            Problem.of(ErrorCode.FORBIDDEN, "this origin is not allowed").send(response);
        }
    }

    private static boolean isParsable(@Nullable String origin) {
        if (origin == null) {
            return true;
        }
        try {
            UriComponentsBuilder.fromUriString(origin).build().getPort();
            return true;
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false;
        }
    }
}
