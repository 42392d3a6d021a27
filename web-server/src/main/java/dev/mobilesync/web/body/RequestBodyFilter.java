package dev.mobilesync.web.body;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Receives bodies after authentication and before the request is handled, without blocking a thread. A route without a
 * {@link BodyRoute} does not read its body, and {@code UnreadBodyValve} discards it.
 */
final class RequestBodyFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String RECEPTION = BodyReception.class.getName();

    private final transient List<BodyRoute> routes;
    private final transient BodyReceptions receptions;

    RequestBodyFilter(List<BodyRoute> routes, BodyReceptions receptions) {
        this.routes = routes;
        this.receptions = receptions;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            handleReceived(request, response, chain);
        } else if (!hasBody(request)) {
            chain.doFilter(request, response);
        } else if (isEncoded(request)) {
            response.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
            Problem.of(
                            ErrorCode.INVALID_REQUEST,
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE.value(),
                            "a body with Content-Encoding is not taken: send it as it is")
                    .send(response);
        } else {
            receive(request, response, chain);
        }
    }

    private void receive(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        for (BodyRoute route : routes) {
            var match = route.matcher().matcher(request);
            if (match.isMatch()) {
                try {
                    receive(route, route.admission().admit(request, match), request, response, chain);
                } catch (ApiException refusal) {
                    refusal.answer(request, response);
                }
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private void receive(
            BodyRoute route,
            BodyRoute.Ticket ticket,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        if (request.getContentLengthLong() > route.maxBytes()) {
            ApiException tooLarge = new ApiException(route.tooLarge(), "the body is too large");
            try {
                chain.doFilter(new ReceivedRequest(request, null, tooLarge), response);
            } finally {
                ticket.close();
            }
            return;
        }
        BodyReception reception = receptions.start(route, ticket);
        request.setAttribute(RECEPTION, reception);
        try {
            reception.start(request);
            request.getAsyncContext().addListener(new Closing(reception));
        } catch (RuntimeException e) {
            reception.close();
            throw e;
        }
    }

    private static void handleReceived(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request.getAttribute(RECEPTION) instanceof BodyReception reception)) {
            chain.doFilter(request, response);
            return;
        }
        try {
            chain.doFilter(reception.received(request), response);
        } finally {
            reception.close();
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static boolean isEncoded(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !"identity".equalsIgnoreCase(encoding.strip());
    }

    /** Gives everything back where the connection breaks, and no dispatch comes. */
    private record Closing(BodyReception reception) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            reception.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            reception.close();
        }

        @Override
        public void onError(AsyncEvent event) {
            // onComplete follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // nothing starts it again before it is closed
        }
    }
}
