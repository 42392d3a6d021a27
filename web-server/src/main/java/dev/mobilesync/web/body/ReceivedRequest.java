package dev.mobilesync.web.body;

import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request whose body has been received. If that failed, {@link #getInputStream} throws the failure. */
final class ReceivedRequest extends HttpServletRequestWrapper {

    private final BodySpool.@Nullable Body body;
    private final @Nullable ApiException failure;

    /**
     * @param failure why the body is missing; {@code null} if it is complete
     */
    ReceivedRequest(HttpServletRequest request, BodySpool.@Nullable Body body, @Nullable ApiException failure) {
        super(request);
        this.body = body;
        this.failure = failure;
    }

    @Override
    public ServletInputStream getInputStream() {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(body).open();
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
}
