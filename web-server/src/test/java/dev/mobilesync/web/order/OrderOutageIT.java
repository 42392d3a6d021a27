package dev.mobilesync.web.order;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.Outage;
import dev.mobilesync.web.PublishedMessage;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Orders over REST while the broker or Redis is unavailable. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class OrderOutageIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String SERVICE = TestTokens.service("platform", "P001");

    private final WebServerFixture server = WebServerFixture.behindProxies(WebServerFixture.SHORT_SERVER_LIMITS);
    private final ProxiedServers proxies = server.proxies();

    @BeforeEach
    void awaitHealthy() {
        awaitAccepted(UUID.randomUUID().toString());
        server.purgeStatusQueue();
    }

    @AfterEach
    void restore() {
        server.restore();
    }

    @ParameterizedTest
    @EnumSource
    void acceptsOrderAfterOutageOfBroker(Outage outage, CapturedOutput output) {
        String key = UUID.randomUUID().toString();
        outage.begin(proxies.broker());
        assertUnavailable(give(key), ErrorCode.STATUS_PUBLISH_FAILED);
        assertUnavailable(give(key), ErrorCode.STATUS_PUBLISH_FAILED);
        assertThat(output.getAll()).contains("result=unconfirmed");

        proxies.broker().reset();
        HttpResponse<String> accepted = awaitAccepted(key);
        PublishedMessage message = server.nextMessage();
        assertThat(accepted.body()).contains(message.properties().getMessageId());
        assertThat(server.pollMessages()).allMatch(other -> other.properties()
                .getMessageId()
                .equals(message.properties().getMessageId()));
    }

    /** A crash after the publication leaves the same state: published, and not known to be confirmed. */
    @Test
    void publishesEqualMessageIfConfirmIsLost() {
        String key = UUID.randomUUID().toString();
        proxies.broker().responses().blackhole();
        assertUnavailable(give(key), ErrorCode.STATUS_PUBLISH_FAILED);
        PublishedMessage lost = server.nextMessage();

        proxies.broker().reset();
        HttpResponse<String> accepted = awaitAccepted(key);
        PublishedMessage repeated = server.nextMessage();
        assertThat(repeated.json()).isEqualTo(lost.json());
        assertThat(repeated.properties().getMessageId())
                .isEqualTo(lost.properties().getMessageId());
        assertThat(accepted.body()).contains(lost.properties().getMessageId());
    }

    @ParameterizedTest
    @EnumSource
    void rejectsOrderWithoutRedis(Outage outage) {
        outage.begin(proxies.redis());
        assertUnavailable(give(UUID.randomUUID().toString()), ErrorCode.STATE_UNAVAILABLE);
        assertThat(server.pollMessages()).isEmpty();
    }

    private HttpResponse<String> give(String key) {
        return server.api().giveOrder(EXAMINEE, SERVICE, key, "{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
    }

    private HttpResponse<String> awaitAccepted(String key) {
        return poll().atMost(TIMEOUT).until(() -> give(key), response -> response.statusCode() == 202);
    }

    private static void assertUnavailable(HttpResponse<String> response, ErrorCode code) {
        assertProblem(response, code, 503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(ApiClient.json(response).path("retryable").asBoolean()).isTrue();
    }
}
