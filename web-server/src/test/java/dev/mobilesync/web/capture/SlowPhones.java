package dev.mobilesync.web.capture;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Many phones, each of which sends one request at a steady rate. All share one thread. */
final class SlowPhones implements AutoCloseable {

    private static final long TICK_MILLIS = 200;
    private static final int NO_ANSWER = 0;

    private final InetSocketAddress server;
    private final ByteBuffer body;
    private final int bytesPerSecond;
    private final long startedAt = System.nanoTime();
    private final List<SlowPhone> phones = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final CountDownLatch done;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    private final class SlowPhone {

        private final long begin;
        private final ByteBuffer head;
        private final ByteBuffer content = body.duplicate();
        private final ByteBuffer answer = ByteBuffer.allocate(64);
        private @Nullable SocketChannel channel;
        private int sent;
        private boolean over;

        private SlowPhone(byte[] head, long begin) {
            this.head = ByteBuffer.wrap(head);
            this.begin = begin;
        }

        private void tick(long now) {
            if (over || now < begin) {
                return;
            }
            try {
                int status = exchange(now);
                if (status >= 0) {
                    end(status);
                }
            } catch (IOException e) {
                end(NO_ANSWER);
            }
        }

        /** Returns the HTTP status, or a negative number until the response arrives. */
        private int exchange(long now) throws IOException {
            SocketChannel open = channel;
            if (open == null) {
                open = SocketChannel.open(server);
                open.configureBlocking(false);
                channel = open;
            }
            long allowed = (now - begin) * bytesPerSecond / 1_000_000_000L;
            sent += write(open, head, allowed - sent);
            if (!head.hasRemaining()) {
                sent += write(open, content, allowed - sent);
            }
            if (content.hasRemaining()) {
                return -1;
            }
            int read = open.read(answer);
            if (answer.position() < 12) {
                return read < 0 ? NO_ANSWER : -1;
            }
            return Integer.parseInt(new String(answer.array(), 9, 3, StandardCharsets.US_ASCII));
        }

        private int write(SocketChannel open, ByteBuffer bytes, long allowed) throws IOException {
            int length = (int) Math.min(bytes.remaining(), allowed);
            if (length <= 0) {
                return 0;
            }
            int written = open.write(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + written);
            return written;
        }

        private void end(int status) {
            over = true;
            statuses.merge(status, 1, Integer::sum);
            close();
            done.countDown();
        }

        private void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                // the socket is not used again
            }
        }
    }

    /**
     * Starts the phones.
     *
     * @param heads of the requests, one per phone
     * @param body the same for all phones
     * @param start the period over which the phones start
     */
    SlowPhones(int port, List<byte[]> heads, byte[] body, int bytesPerSecond, Duration start) {
        this.server = new InetSocketAddress("127.0.0.1", port);
        this.body = ByteBuffer.allocateDirect(body.length).put(body).flip();
        this.bytesPerSecond = bytesPerSecond;
        this.done = new CountDownLatch(heads.size());
        for (int i = 0; i < heads.size(); i++) {
            phones.add(new SlowPhone(heads.get(i), startedAt + start.toNanos() * i / heads.size()));
        }
        thread.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (SlowPhone phone : phones) {
            phone.tick(System.nanoTime());
        }
    }

    /** Returns whether all phones have ended within the timeout, with or without a response. */
    boolean awaitDone(Duration time) throws InterruptedException {
        return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The number of phones by HTTP status; 0 for those without a response. */
    Map<Integer, Integer> statuses() {
        return Map.copyOf(statuses);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        phones.forEach(SlowPhone::close);
    }
}
