package dev.mobilesync.web.body;

import static dev.mobilesync.web.WebServerFixture.poll;

import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request whose body breaks off also completes. An open request would delay the shutdown of the container. */
@ServerContract
@Tag("slow")
class BrokenBodiesIT {

    private static final String TOKEN = "Authorization: Bearer " + TestTokens.device("PB", "E1", "M1") + "\r\n";
    private static final String FORM = "Content-Type: " + MultipartBody.CONTENT_TYPE + "\r\n";
    private static final String UPLOAD = head("POST " + ApiClient.capturesPath("PB", "E1"));
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String PICTURE =
            new String(MultipartBody.upload("M1", Jpegs.picture(64, 48, 1)), StandardCharsets.ISO_8859_1);

    /** Admits the first two uploads and rejects the others. */
    private static final List<String> HEADS = List.of(
            UPLOAD + TOKEN + FORM,
            head("POST " + ApiClient.REDEEM_PATH) + "Content-Type: application/json\r\n",
            UPLOAD + FORM,
            UPLOAD + TOKEN + FORM + "Content-Encoding: gzip\r\n",
            head("POST /nothing") + TOKEN,
            UPLOAD + TOKEN + FORM + "Host: another\r\n",
            head("POST /%zz"),
            head("CONNECT x:1"));

    private static final List<String> BODIES = List.of(
            "Content-Length: 1000\r\n\r\n",
            "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
            "Content-Length: 1000\r\n\r\nx",
            "Content-Length: 1\r\n\r\ntoo long",
            "Content-Length: much\r\n\r\nx",
            "Content-Length: 100000000\r\n\r\nx",
            "Transfer-Encoding: gzip, chunked\r\n\r\nx",
            CHUNKED + "5\r\nabc",
            CHUNKED + "zz\r\n",
            CHUNKED + "5\r\nabcdexx",
            CHUNKED + "5\r\nabcde\r\nzz\r\n",
            CHUNKED + "5\r\nabcde\r\n0\r\n: no name\r\n\r\n",
            "Content-Length: " + PICTURE.length() + "\r\n\r\n" + PICTURE + UPLOAD + "Content-Length: 1000\r\n\r\nx");

    /** Has a short time limit for bodies. */
    private final WebServerFixture server = WebServerFixture.shared(Map.of(
            "mobile-sync.body.rate-window", "1s",
            "mobile-sync.body.min-rate", "100B",
            "mobile-sync.pairing.max-wrong-codes-per-address", "100000",
            "mobile-sync.limits.uploads-per-examinee", "0",
            "mobile-sync.limits.anonymous-requests-per-address", "0"));

    /** What the client does after the incomplete or malformed request. */
    private enum ClientBehaviour {
        CLOSES,
        RESETS,
        CLOSES_OUTPUT,
        CLOSES_AFTER_RESPONSE,
        RESETS_AFTER_RESPONSE,
        STOPS_SENDING,
        KEEPS_SENDING_SLOWLY
    }

    @ParameterizedTest
    @EnumSource
    void brokenRequestsComplete(ClientBehaviour client) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (String head : HEADS) {
                for (String body : BODIES) {
                    open.add(send(head + body, client));
                }
            }
            poll().pollInterval(Duration.ofMillis(200)).until(() -> {
                if (client == ClientBehaviour.KEEPS_SENDING_SLOWLY) {
                    open.forEach(BrokenBodiesIT::sendOn);
                }
                return server.requestsInProgress() == 0;
            });
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private Socket send(String request, ClientBehaviour client) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(200);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        switch (client) {
            case CLOSES -> socket.close();
            case RESETS -> reset(socket);
            case CLOSES_OUTPUT -> socket.shutdownOutput();
            case CLOSES_AFTER_RESPONSE -> {
                readSome(socket);
                socket.close();
            }
            case RESETS_AFTER_RESPONSE -> {
                readSome(socket);
                reset(socket);
            }
            case STOPS_SENDING, KEEPS_SENDING_SLOWLY -> {
                // the server closes the connection
            }
        }
        return socket;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads the response, if there is one before the body has ended. */
    private static void readSome(Socket socket) {
        try {
            socket.getInputStream().read();
        } catch (IOException e) {
            // there is no response
        }
    }

    private static void sendOn(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            // the server has closed the connection
        }
    }

    private static String head(String methodAndPath) {
        return methodAndPath + " HTTP/1.1\r\nHost: x\r\n";
    }
}
