package dev.mobilesync.endtoend;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.TestServers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real nginx with the shipped {@code docker/nginx.conf} in front of two instances of both public services. */
abstract class NginxFixture {

    static final String ALLOWED_ORIGIN = "https://exam.example.com";
    static final int GUESSES_PER_MINUTE = 10;
    MobileSyncSystem one;
    MobileSyncSystem two;
    NginxProcess nginx;

    @BeforeAll
    void start(@TempDir Path directory) {
        one = system("one");
        two = system("two");
        nginx = NginxProcess.start(
                directory, List.of(one.web(), two.web()), List.of(one.socketHttp(), two.socketHttp()));
    }

    static MobileSyncSystem system(String name) {
        return MobileSyncSystem.start(
                TestServers.shared(),
                Map.of(
                        "mobile-sync.trusted-proxies",
                        "127.0.0.1",
                        "mobile-sync.allowed-origins",
                        ALLOWED_ORIGIN,
                        "mobile-sync.pairing.max-wrong-codes-per-address",
                        Integer.toString(GUESSES_PER_MINUTE),
                        "mobile-sync.socket-queue",
                        "broadcast_queue." + name));
    }

    @AfterAll
    void stop() {
        if (nginx != null) {
            nginx.close();
        }
        two.close();
        one.close();
    }

    record Response(int status, String head, String body) {}

    static JsonNode json(Response response) {
        return MessageCodec.mapper().readTree(response.body());
    }
}
