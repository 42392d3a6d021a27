package dev.mobilesync.reliability;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Whether somebody listens. */
final class Ports {

    private Ports() {}

    static void awaitListening(int port) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> listening(port));
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
