package dev.mobilesync.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stands before a server and lets it hang or go away, without touching it. */
final class TcpFront implements AutoCloseable {

    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object hangingLock = new Object();
    private boolean hanging;
    private @Nullable ServerSocket listener;
    private final int port;

    TcpFront(String host, int port) {
        this.target = new InetSocketAddress(host, port);
        this.port = listen(0);
    }

    int port() {
        return port;
    }

    /** Connections stay and new ones are accepted, but nothing goes through: a stopped process. */
    void hang() {
        synchronized (hangingLock) {
            hanging = true;
        }
    }

    /** Connections break and new ones are refused: a process that ended. */
    void away() {
        ServerSocket last = listener;
        listener = null;
        close(last);
        sockets.forEach(TcpFront::close);
        sockets.clear();
    }

    /** All is well again. */
    void back() {
        resume();
        if (listener == null) {
            listen(port);
        }
    }

    private void resume() {
        synchronized (hangingLock) {
            hanging = false;
            hangingLock.notifyAll();
        }
    }

    private int listen(int wanted) {
        try {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            listener = opened;
            daemon(() -> accept(opened));
            return opened.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket opened) {
        while (!opened.isClosed()) {
            try {
                Socket client = opened.accept();
                Socket server = new Socket();
                sockets.add(client);
                sockets.add(server);
                server.connect(target);
                daemon(() -> pump(client, server));
                daemon(() -> pump(server, client));
            } catch (IOException e) {
                // closed, or the server itself is away
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitNotHanging();
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // one side closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
        }
    }

    private void awaitNotHanging() throws InterruptedException {
        synchronized (hangingLock) {
            while (hanging) {
                hangingLock.wait();
            }
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "tcp-front");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(@Nullable AutoCloseable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (Exception e) {
            // closed already
        }
    }

    @Override
    public void close() {
        resume();
        away();
    }
}
