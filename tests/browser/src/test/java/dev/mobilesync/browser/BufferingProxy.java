package dev.mobilesync.browser;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A TCP proxy that accepts uploads immediately and forwards them slowly, as buffering proxies do. */
final class BufferingProxy implements AutoCloseable {

    private static final int PARTS_PER_SECOND = 20;
    private static final byte[] END = {};

    private final ServerSocket listening;
    private final int serverPort;
    private final int bytesPerPart;

    /** @param bytesPerSecond of each connection to the server; responses are forwarded immediately */
    BufferingProxy(int serverPort, int bytesPerSecond) throws IOException {
        this.serverPort = serverPort;
        bytesPerPart = bytesPerSecond / PARTS_PER_SECOND;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            BlockingQueue<byte[]> held = new LinkedBlockingQueue<>();
            start(() -> take(client, held));
            start(() -> forward(held, server));
            start(() -> {
                try (client) {
                    server.getInputStream().transferTo(client.getOutputStream());
                }
            });
        }
    }

    private void take(Socket client, BlockingQueue<byte[]> held) throws IOException {
        byte[] part = new byte[bytesPerPart];
        for (int read = client.getInputStream().read(part);
                read >= 0;
                read = client.getInputStream().read(part)) {
            held.add(Arrays.copyOf(part, read));
        }
        held.add(END);
    }

    private static void forward(BlockingQueue<byte[]> held, Socket server) throws IOException, InterruptedException {
        try (server;
                OutputStream out = server.getOutputStream()) {
            for (byte[] part = held.take(); part.length > 0; part = held.take()) {
                TimeUnit.MILLISECONDS.sleep(1_000 / PARTS_PER_SECOND);
                out.write(part);
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // One side closed its connection, or the proxy is closed.
                    }
                },
                "buffering-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
