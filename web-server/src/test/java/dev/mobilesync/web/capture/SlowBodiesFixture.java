package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Connections that send their bodies slowly. */
abstract class SlowBodiesFixture {

    static final String DEVICE = "M001";
    /** Less than the time that a slow body may take, even if the machine stalls. */
    static final Duration NOW = Duration.ofSeconds(10);

    static final byte[] BODY = MultipartBody.upload(DEVICE, Jpegs.picture(320, 240, 1));

    /** Handles two uploads at once, with the default timeouts. */
    final WebServerFixture server = WebServerFixture.withoutRateLimits();

    int examinees;

    ExamineeKey newExaminee() {
        return new ExamineeKey("P001", "SLOW" + ++examinees);
    }

    static String token(ExamineeKey examinee) {
        return TestTokens.device(examinee.planId(), examinee.examineeId(), DEVICE);
    }

    static String head(String methodAndPath, String token, String header, int length) {
        return methodAndPath + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "Content-Length: " + length
                + "\r\n\r\n";
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One response with a {@code Content-Length}. */
    static String readResponse(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        String head = text.toString();
        int length = head.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
