package dev.mobilesync.service;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The network between a client and a server on this machine, which a test can cut, or hold up, and mend. */
final class Wire implements Closeable {

    private final ServerSocket door;
    private final String host;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition unfrozen = lock.newCondition();
    private boolean frozen;
    private volatile boolean cut;

    Wire(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Ends all connections, and each new one at once. */
    void cut() {
        cut = true;
        sockets.forEach(Wire::close);
    }

    void mend() {
        cut = false;
    }

    /** Passes nothing on and keeps everything open. */
    void freeze() {
        setFrozen(true);
    }

    void unfreeze() {
        setFrozen(false);
    }

    private void setFrozen(boolean now) {
        lock.lock();
        try {
            frozen = now;
            unfrozen.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitUnfrozen() {
        lock.lock();
        try {
            while (frozen) {
                unfrozen.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (cut) {
                    close(client);
                    continue;
                }
                Socket server = new Socket(host, port);
                sockets.add(client);
                sockets.add(server);
                run(() -> pass(client, server));
                run(() -> pass(server, client));
            } catch (IOException e) {
                // The door is closed, or the server is away: the client sees a closed connection.
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitUnfrozen();
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // Closed from one side; both are closed now.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        unfreeze();
        cut();
    }
}
