package dev.mobilesync.service.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Reads the body of an asynchronous request as it arrives, without blocking a thread. A body may be read in two parts: the
 * application receives the first, and the rest is discarded after an early response. Each part has its own reader, because a
 * dispatch ends the first read listener.
 *
 * <p>Reads from Tomcat's internal request, because Tomcat closes the connection without a response after a failed read from
 * the servlet's stream.
 */
public final class BodyReader implements ReadListener {

    private static final String REQUEST = BodyReader.class.getName() + ".request";

    private final Request request;
    private final Chunk chunk = new Chunk();
    private final Sink sink;

    /** Receives a body. Called by one thread at a time. */
    public interface Sink {

        /**
         * Receives the next bytes.
         *
         * @param bytes valid during the call
         * @return whether to continue reading
         */
        boolean accept(ByteBuffer bytes);

        /** The whole body was read. */
        void onComplete();

        /** The body could not be read to its end. */
        void onFailure(Throwable failure);
    }

    private BodyReader(Request request, Sink sink) {
        this.request = request;
        this.sink = sink;
    }

    /** Stores Tomcat's internal request, before other code handles the request. */
    static void prepare(org.apache.catalina.connector.Request request) {
        request.setAttribute(REQUEST, request.getCoyoteRequest());
    }

    /**
     * Reads the rest of the body into the sink.
     *
     * @param request asynchronous processing has started
     */
    public static void read(ServletRequest request, Sink sink) {
        if (request.getAttribute(REQUEST) instanceof Request container) {
            container.setReadListener(new BodyReader(container, sink));
        } else {
            throw new IllegalStateException("UnreadBodyValve is not configured");
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

    /** The bytes of the last read, in Tomcat's buffer. */
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
            // never needed: it holds one read only
        }
    }
}
