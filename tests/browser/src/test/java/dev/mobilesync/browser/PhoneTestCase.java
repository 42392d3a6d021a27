package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestTokens;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Base class of tests with one phone per examinee. */
@Tag("slow")
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PhoneTestCase {

    static final String PLAN = "P001";
    static final Duration TIMEOUT = Duration.ofSeconds(90);

    private RunningApplication application;
    private ApiClient api;
    private String examinee = "";
    private int number;

    /** Called once, before the first test. */
    RunningApplication startApplication() {
        return RunningApplication.shared();
    }

    @BeforeAll
    void start() {
        application = startApplication();
        api = new ApiClient(application.web());
    }

    RunningApplication application() {
        return application;
    }

    ApiClient api() {
        return api;
    }

    String examinee() {
        return examinee;
    }

    @BeforeEach
    void newExaminee() {
        examinee = "E%03d".formatted(++number);
    }

    PhonePage phone(String language) {
        return phone(BrowserOptions.phone(language));
    }

    PhonePage phone(BrowserOptions options) {
        return PhonePage.with(options, application.web());
    }

    /**
     * A pairing as the examinee's page receives it.
     *
     * @param path of the link in the QR code, with the code in its fragment
     */
    record IssuedCode(String code, String path) {}

    /** Requests a pairing, as the examinee's page does. */
    IssuedCode issueCode() {
        return requestPairing(key());
    }

    IssuedCode requestPairing(ExamineeKey key) {
        JsonNode body = ApiClient.json(api.requestPairing(key), 201);
        URI link = URI.create(body.path("captureUrl").asString());
        return new IssuedCode(body.path("code").asString(), link.getPath() + "#" + link.getFragment());
    }

    ExamineeKey key() {
        return new ExamineeKey(PLAN, examinee);
    }

    /** Opens the link as soon as it exists, because codes may expire soon. */
    PhonePage pair(PhonePage phone) {
        phone.open(issueCode().path()).confirm().browser().see("#paired-examinee", PLAN + " · " + examinee);
        return phone;
    }

    void pairOtherPhone(String code) {
        ApiClient.json(api.redeem(code, "another-phone"), 200);
    }

    void awaitCompleted() {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(api.record(key()).path("status").asString(""))
                        .isEqualTo("COMPLETED"));
    }

    /** The picture that proctors see. */
    BufferedImage picture() {
        try {
            HttpResponse<byte[]> answer =
                    api.getBytes(api.record(key()).path("imageUrl").asString(), TestTokens.proctor("kim", PLAN));
            assertThat(answer.statusCode()).isEqualTo(200);
            return ImageIO.read(new ByteArrayInputStream(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
