package dev.mobilesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** The upload of the documented example produces its status message, field for field. */
@ServerContract
class DocumentedMessageIT {

    private static final Instant AT = Instant.parse("2024-01-01T09:00:00Z");
    private static final String STATUS_MESSAGE = """
            {
                "type": "mobile_sync_status",
                "data": {
                    "planId": "P001",
                    "examineeId": "E001",
                    "deviceId": "M001",
                    "status": "COMPLETED",
                    "timestamp": "2024-01-01T09:00:00Z",
                    "captureInfo": {
                        "imageUrl": "/captures/E001/sync_cap.jpg",
                        "deviceInfo": {
                            "model": "iPhone 12",
                            "osVersion": "iOS 15.0"
                        }
                    }
                }
            }
            """;

    @Test
    void producesDocumentedStatusMessage() {
        WebServerFixture server = WebServerFixture.shared();
        server.clock().stopAt(AT);
        HttpResponse<String> response = server.api().upload(new ExamineeKey("P001", "E001"), "M001", Jpegs.picture(1));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).contains("/captures/E001/sync_cap.jpg");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(MessageCodec.mapper().readTree(response.body()))
                .isEqualTo(MessageCodec.mapper().readTree(STATUS_MESSAGE));

        PublishedMessage published = server.nextMessage();
        assertThat(published.json()).isEqualTo(response.body());
        assertThat(published.properties().getDeliveryMode()).isEqualTo(2);
        assertThat(published.properties().getContentType()).isEqualTo("application/json");
        assertThat(published.properties().getType()).isEqualTo("mobile_sync_status");
        assertThat(published.properties().getMessageId()).isNotBlank();
        assertThat(published.properties().getTimestamp()).isEqualTo(Date.from(AT));
        assertThat(published.properties().getHeaders())
                .containsKeys("traceparent", AmqpNames.SENT_AT, AmqpNames.CAPTURE_STARTED_AT)
                .doesNotContainKey("__TypeId__");
        assertThat(server.pollMessages()).isEmpty();
    }
}
