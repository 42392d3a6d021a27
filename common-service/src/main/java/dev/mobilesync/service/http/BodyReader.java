package dev.mobilesync.service.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Reads the body of an asynchronous request as it arrives; no thread waits for it. It may be read twice: to
 * receive it, and to discard the rest after an early answer. A dispatch ends the first read listener, so each has its own.
 *
 * <p>It reads from Tomcat's own request: after a failed read of the servlet's stream Tomcat closes the connection
 * without an answer.
 */
public final class BodyReader implements ReadListener {

    private static final String REQUEST = BodyReader.class.getName() + ".request";

    private final Request request;
    private final Chunk chunk = new Chunk();
    private final Sink sink;

    /** Where a body goes. Called by one thread at a time. */
    public interface Sink {

        /**
         * Takes some bytes.
         *
         * @param bytes valid during the call
         * @return whether it takes more
         */
        boolean accept(ByteBuffer bytes);

        /** The whole body was read. */
        void onComplete();

        /** The body cannot be read to its end. */
        void onFailure(Throwable failure);
    }

    private BodyReader(Request request, Sink sink) {
        this.request = request;
        this.sink = sink;
    }

    /** Makes the container's request known, before anything else handles it. */
    static void prepare(org.apache.catalina.connector.Request request) {
        request.setAttribute(REQUEST, request.getCoyoteRequest());
    }

    /**
     * Reads what is left of the body into the sink.
     *
     * @param request asynchronous processing has started
     */
    public static void read(ServletRequest request, Sink sink) {
        if (request.getAttribute(REQUEST) instanceof Request container) {
            container.setReadListener(new BodyReader(container, sink));
        } else {
            throw new IllegalStateException("UnreadBodyValve is not there");
        }
    }

    @Override
    public void onDataAvailable() {
        try {
            while (!request.isFinished() && request.isReady()) {
                int length = request.doRead(chunk);
                if (length > 0 && !sink.accept(chunk.bytes)) {
                    return;
                }
            }
        } catch (IOException e) {
            sink.onFailure(e);
        }
    }

    @Override
    public void onAllDataRead() {
        sink.onComplete();
    }

    @Override
    public void onError(Throwable failure) {
        sink.onFailure(failure);
    }

    /** What was read last, in Tomcat's buffer. */
    private static final class Chunk implements ApplicationBufferHandler {

        private ByteBuffer bytes = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            bytes = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return bytes;
        }

        @Override
        public void expand(int size) {
            // it never holds more than one read
        }
    }
}
