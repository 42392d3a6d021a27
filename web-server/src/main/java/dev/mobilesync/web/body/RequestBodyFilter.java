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
    private static final String TRANSFER = BodyTransfer.class.getName();

    private final transient List<BodyRoute> routes;
    private final transient BodyTransfers transfers;

    RequestBodyFilter(List<BodyRoute> routes, BodyTransfers transfers) {
        this.routes = routes;
        this.transfers = transfers;
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
                            "Content-Encoding is not supported; send the body uncompressed")
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
                } catch (ApiException rejection) {
                    rejection.send(response);
                }
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private void receive(
            BodyRoute route,
            BodyRoute.AdmittedRequest admitted,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        if (request.getContentLengthLong() > route.maxBytes()) {
            ApiException tooLarge = new ApiException(route.tooLargeError(), "the body is too large");
            try {
                chain.doFilter(new ReceivedRequest(request, null, tooLarge), response);
            } finally {
                admitted.close();
            }
            return;
        }
        BodyTransfer transfer = transfers.register(route, admitted);
        request.setAttribute(TRANSFER, transfer);
        try {
            transfer.start(request);
            request.getAsyncContext().addListener(new Closing(transfer));
        } catch (RuntimeException e) {
            transfer.close();
            throw e;
        }
    }

    private static void handleReceived(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request.getAttribute(TRANSFER) instanceof BodyTransfer transfer)) {
            chain.doFilter(request, response);
            return;
        }
        try {
            chain.doFilter(transfer.withBody(request), response);
        } finally {
            transfer.close();
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static boolean isEncoded(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !"identity".equalsIgnoreCase(encoding.strip());
    }

    /** Releases the transfer if the connection breaks: then the request is not dispatched again. */
    private record Closing(BodyTransfer transfer) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            transfer.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            transfer.close();
        }

        @Override
        public void onError(AsyncEvent event) {
            // onComplete follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // not called: asynchronous processing starts once
        }
    }
}
