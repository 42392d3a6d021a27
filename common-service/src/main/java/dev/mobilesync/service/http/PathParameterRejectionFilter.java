package dev.mobilesync.service.http;

import dev.mobilesync.messages.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses paths with parameters ({@code ;name=value}), of which there are none here. Spring would refuse them as well, but
 * reads them first, and fails at {@code ;%}.
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
        Problem.of(ErrorCode.INVALID_REQUEST, "there are no parameters in paths")
                .write(response);
    }
}
