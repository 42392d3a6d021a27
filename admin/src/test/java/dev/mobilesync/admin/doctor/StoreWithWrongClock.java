package dev.mobilesync.admin.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Accepts every request for a bucket, and dates its responses a minute ahead. The JDK's server writes the date itself. */
final class StoreWithWrongClock implements AutoCloseable {

    private final ServerSocket server;

    private StoreWithWrongClock(ServerSocket server) {
        this.server = server;
    }

    static StoreWithWrongClock start() throws IOException {
        StoreWithWrongClock store = new StoreWithWrongClock(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(store::serve, "store-with-wrong-clock");
        thread.setDaemon(true);
        thread.start();
        return store;
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String line = request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(1));
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nDate: " + date
                                        + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client closed the connection, or the test is over.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
