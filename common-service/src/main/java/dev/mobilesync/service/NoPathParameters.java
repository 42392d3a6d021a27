package dev.mobilesync.service;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;

/**
 * Refuses paths with parameters ({@code ;name=value}), of which there are none here. Spring would refuse them as well, but
 * reads them first, and fails at {@code ;%}.
 */
final class NoPathParameters extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getRequestURI().indexOf(';') < 0) {
            chain.doFilter(request, response);
            return;
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", "Bad Request");
        problem.put("status", HttpServletResponse.SC_BAD_REQUEST);
        problem.put("detail", "there are no parameters in paths");
        problem.put("code", ErrorCode.INVALID_REQUEST);
        problem.put("retryable", ErrorCode.INVALID_REQUEST.retryable());
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(MessageCodec.mapper().writeValueAsBytes(problem));
    }
}
