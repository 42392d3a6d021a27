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
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** While {@code status_queue} is full, uploads are rejected with 503. No accepted upload is lost. */
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
    void rejectsUploadWhileQueueIsFull() {
        assertThat(upload("E0").statusCode()).isEqualTo(201);
        servers.limitQueue(AmqpNames.STATUS_QUEUE, MAX_LENGTH);
        Set<String> accepted = new HashSet<>(Set.of("E0"));
        String rejected = "";
        for (int i = 1; rejected.isEmpty() && i < 30; i++) {
            HttpResponse<String> response = upload("E" + i);
            if (response.statusCode() == 201) {
                accepted.add("E" + i);
            } else {
                assertProblem(response, ErrorCode.STATUS_PUBLISH_FAILED, 503);
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
                rejected = "E" + i;
            }
        }
        assertThat(rejected).as("accepted: %s", accepted).isNotEmpty();

        Set<String> found = new HashSet<>();
        while (!found.equals(accepted)) {
            String next = nextCompleted();
            assertThat(accepted).contains(next);
            found.add(next);
        }
        String retried = rejected;
        poll().until(() -> upload(retried).statusCode() == 201);
        assertThat(nextCompleted()).isEqualTo(retried);
    }

    private HttpResponse<String> upload(String examinee) {
        return api.upload(new ExamineeKey("F1", examinee), "M001", Jpegs.picture(64, 48, 1));
    }

    private String nextCompleted() {
        return server.nextMessage(status -> status.status() == Status.COMPLETED)
                .statusMessage()
                .examineeId();
    }
}
