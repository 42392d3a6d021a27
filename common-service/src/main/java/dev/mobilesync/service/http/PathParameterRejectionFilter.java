package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Rejects paths with parameters ({@code ;name=value}) with 400. Spring would reject them too, but fails with 500 on
 * {@code ;%}.
 */
final class PathParameterRejectionFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getRequestURI().indexOf(';') < 0) {
            chain.doFilter(request, response);
            return;
        }
        Problem.of(ErrorCode.INVALID_REQUEST, "path parameters are not supported")
                .send(response);
    }
}
