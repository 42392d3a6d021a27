package dev.mobilesync.web.body;

import dev.mobilesync.web.http.ApiException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
        return new Stream(body == null ? InputStream.nullInputStream() : body.open());
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }

    private static final class Stream extends ServletInputStream {

        private final InputStream in;
        private boolean finished;

        Stream(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            finished |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            int read = in.read(bytes, from, count);
            finished |= read < 0;
            return read;
        }

        @Override
        public boolean isFinished() {
            return finished;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body has been received already");
        }
    }
}
