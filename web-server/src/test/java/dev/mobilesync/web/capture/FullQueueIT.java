package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody reads {@code status_queue} until it is full: what it refuses is answered as refused, and nothing is lost. */
@NeedsRealServers
class FullQueueIT {

    private static final int MAX_LENGTH = 3;

    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();
    private final RealServers servers = RealServers.shared();

    @AfterEach
    void unlimit() {
        servers.unlimitQueue(AmqpNames.STATUS_QUEUE);
    }

    @Test
    void anUploadThatTheQueueRefusesIsAnswered503AndEvery201IsInTheQueue() {
        assertThat(upload("E0").statusCode()).isEqualTo(201);
        servers.limitQueue(AmqpNames.STATUS_QUEUE, MAX_LENGTH);
        Set<String> taken = new HashSet<>(Set.of("E0"));
        String refused = "";
        for (int i = 1; refused.isEmpty() && i < 30; i++) {
            HttpResponse<String> answer = upload("E" + i);
            if (answer.statusCode() == 201) {
                taken.add("E" + i);
            } else {
                assertProblem(answer, ErrorCode.STATUS_PUBLISH_FAILED, 503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                refused = "E" + i;
            }
        }
        assertThat(refused).as("taken: %s", taken).isNotEmpty();

        Set<String> found = new HashSet<>();
        while (!found.equals(taken)) {
            String next = nextCompleted();
            assertThat(taken).contains(next);
            found.add(next);
        }
        String again = refused;
        poll().atMost(Duration.ofSeconds(20)).until(() -> upload(again).statusCode() == 201);
        assertThat(nextCompleted()).isEqualTo(again);
    }

    private HttpResponse<String> upload(String examinee) {
        return api.upload(new ExamineeKey("F1", examinee), "M001", Jpegs.picture(64, 48, 1));
    }

    private String nextCompleted() {
        return server.nextStatus(status -> status.status() == Status.COMPLETED)
                .status()
                .examineeId();
    }
}
