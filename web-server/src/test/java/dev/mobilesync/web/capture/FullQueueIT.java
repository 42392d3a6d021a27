package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.web.RunningWebServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody reads {@code status_queue} until it is full: what it refuses is answered as refused, and nothing is lost. */
@NeedsRealServers
class FullQueueIT {

    @Test
    void anUploadThatTheQueueRefusesIsAnswered503AndEvery201IsInTheQueue(@TempDir Path dir) throws Exception {
        try (RunningWebServer server = RunningWebServer.start(dir, Map.of("mobile-sync.sweep-interval", "0"))) {
            assertThat(server.upload("F1", "E0", "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            server.servers().limitQueue(Topology.STATUS_QUEUE, 3);
            Set<String> taken = new HashSet<>(Set.of("E0"));
            String refused = "";
            for (int i = 1; refused.isEmpty() && i < 30; i++) {
                HttpResponse<String> answer = server.upload("F1", "E" + i, "M001", Jpegs.picture(1));
                if (answer.statusCode() == 201) {
                    taken.add("E" + i);
                } else {
                    assertThat(answer.statusCode()).isEqualTo(503);
                    assertThat(answer.body()).contains("STATUS_PUBLISH_FAILED", "\"retryable\":true");
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                    refused = "E" + i;
                }
            }
            assertThat(refused).as("taken: %s", taken).isNotEmpty();

            Set<String> found = new HashSet<>();
            while (!found.equals(taken)) {
                RunningWebServer.Delivered next = server.nextStatus(status -> status.status() == Status.COMPLETED);
                assertThat(taken).contains(next.status().examineeId());
                found.add(next.status().examineeId());
            }
            String again = refused;
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            server.upload("F1", again, "M001", Jpegs.picture(1)).statusCode() == 201);
            assertThat(server.nextStatus(status -> status.status() == Status.COMPLETED)
                            .status()
                            .examineeId())
                    .isEqualTo(again);
        }
    }
}
