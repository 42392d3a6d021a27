package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** The phone's page against the started application, with the machine's servers or else with embedded ones. */
@Tag("slow")
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhonePageIT {

    private static final String PLAN = "P001";
    private static final Duration CODE_LIFE = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path storeFolder;

    private StoreProcess store;
    private ProxiedServers servers;
    private RunningApplication application;
    private ApiClient api;
    private Offer expiredOffer;
    private long expiry;
    private String examinee = "";
    private int number;

    @BeforeAll
    void start() {
        store = StoreProcess.start(storeFolder);
        store.awaitUp();
        servers = new ProxiedServers(withOwnStore(TestServers.open()));
        application = RunningApplication.with(
                servers,
                Map.of(
                        "MOBILE_SYNC_PAIRING_LIFE",
                        CODE_LIFE.toSeconds() + "s",
                        // A proctor who listens is not sent away while the broker is: this is about the phone.
                        "MOBILE_SYNC_SOCKET_MISSED_AFTER",
                        "45s"));
        api = new ApiClient(application.web());
        expiredOffer = requestPairing(new ExamineeKey(PLAN, "E000"));
        expiry = System.nanoTime() + CODE_LIFE.toNanos();
    }

    private TestServers withOwnStore(TestServers others) {
        return new TestServers() {
            @Override
            public Map<String, String> properties() {
                return store.overriding(others.properties());
            }

            @Override
            public void reset() {
                others.reset();
            }

            @Override
            public void close() {
                others.close();
            }
        };
    }

    @AfterAll
    void stop() {
        if (application != null) {
            application.close();
        } else if (servers != null) {
            servers.close();
        }
        if (store != null) {
            store.close();
        }
    }

    @BeforeEach
    void anotherExaminee() {
        examinee = "E%03d".formatted(++number);
    }

    private PhonePage phone(String language) {
        return phone(Browser.Options.phone(language));
    }

    private PhonePage phone(Browser.Options options) {
        return PhonePage.with(options, application.web());
    }

    /**
     * A pairing as the examinee's page gets it.
     *
     * @param path of the link in the QR code, with the code in its fragment
     */
    private record Offer(String code, String path) {}

    /** What the examinee's page shows. */
    private Offer offer() {
        return requestPairing(key());
    }

    private Offer requestPairing(ExamineeKey key) {
        JsonNode body = ApiClient.json(api.requestPairing(key), 201);
        URI link = URI.create(body.path("captureUrl").asString());
        return new Offer(body.path("code").asString(), link.getPath() + "#" + link.getFragment());
    }

    private ExamineeKey key() {
        return new ExamineeKey(PLAN, examinee);
    }

    /** Opens the link as soon as there is one: codes do not live long here. */
    private PhonePage pair(PhonePage phone) {
        phone.open(offer().path()).confirm().browser().see("#whose", PLAN + " · " + examinee);
        return phone;
    }

    private void pairAnother(String code) {
        ApiClient.json(api.redeem(code, "another-phone"), 200);
    }

    private void awaitCompleted() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(api.record(key()).path("status").asString(""))
                        .isEqualTo("COMPLETED"));
    }

    @ParameterizedTest
    @CsvSource({
        "ko, 카메라를 켜 주세요, 이 사진을 보낼까요?, 사진이 도착했습니다",
        "en, Turn on the camera, Send this picture?, Your picture has arrived"
    })
    void fromTheLinkToTheRecord(String language, String ask, String review, String done) {
        try (PhonePage phone = phone(language)) {
            Browser browser = phone.browser();
            pair(phone);
            assertThat(browser.driver().getCurrentUrl()).isEqualTo(application.web() + "/capture");
            browser.see("#ask-title", ask);
            browser.screenshot("docs/phone-ask-" + language);
            phone.check();

            browser.click("#ask-start");
            browser.see("#take:not([disabled])");
            browser.see("#hint[data-hint=good]");
            browser.screenshot("docs/phone-camera-" + language);
            phone.check().take();
            browser.see("#review h1", review);
            browser.screenshot("docs/phone-review-" + language);
            phone.check().send().awaitScreen("done");
            browser.see("#done h1", done);
            browser.screenshot("docs/phone-done-" + language);
            phone.check();

            awaitCompleted();
            assertThat(api.record(key()).path("deviceId").asString()).startsWith("phone-");
            BufferedImage picture = picture();
            assertThat(Math.max(picture.getWidth(), picture.getHeight())).isBetween(640, 1920);

            browser.reload();
            phone.awaitScreen("done");
            browser.click("#another");
            phone.take().check();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, ' '", "true, '-'"})
    void aTypedCodeConnectsHoweverItIsWritten(boolean small, String between) {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code").check();
            phone.browser().screenshot("phone-code");
            String code = offer().code();
            String written = code.substring(0, 4) + between + code.substring(4);

            phone.type(small ? written.toLowerCase(Locale.ROOT) : written).awaitScreen("ask");
        }
    }

    @Test
    void aPastedLinkConnectsToo() {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code");
            phone.browser().see("#code-input").click();
            phone.browser().devTools("Input.insertText", Map.of("text", application.web() + offer().path()));
            phone.browser().click("#code-form button");

            phone.awaitScreen("ask");
        }
    }

    @Test
    void aCodeThatIsWrongUsedOrExpiredIsSaidToBe() {
        try (PhonePage phone = phone("ko")) {
            phone.open("/capture").type("AAAA AAA").browser().see("#code-error", "코드를 읽을 수 없습니다");
            phone.type("2222 2222").browser().see("#code-error", "사용할 수 없는 코드입니다");
            phone.browser().screenshot("phone-code-unknown");
            phone.check();

            await().atMost(PATIENCE).until(() -> System.nanoTime() > expiry);
            phone.open(expiredOffer.path()).confirm().browser().see("#code-error", "사용할 수 없는 코드입니다");

            Offer used = offer();
            pairAnother(used.code());
            phone.open("/capture").open(used.path()).confirm().browser().see("#code-error", "사용할 수 없는 코드입니다");
            assertThat(phone.browser().driver().getCurrentUrl()).isEqualTo(application.web() + "/capture");

            phone.type(offer().code()).awaitScreen("ask");
        }
    }

    @Test
    void theSameLinkMayBeOpenedAgainOnTheSamePhone() {
        try (PhonePage phone = phone("en")) {
            Offer offer = offer();
            phone.open(offer.path()).confirm().awaitScreen("ask");
            phone.browser().go("about:blank");

            phone.open(offer.path()).awaitScreen("ask");
            phone.browser().go("about:blank");
            phone.open("/capture").awaitScreen("ask");
        }
    }

    @ParameterizedTest
    @CsvSource({"ko, 이 휴대전화를 연결하시겠습니까?, 이미 P001 · E", "en, Connect this phone?, already connected for P001 · E"})
    void connectsByLinkOnlyAfterConfirmation(String language, String question, String warning) {
        try (PhonePage phone = phone(language)) {
            Browser browser = phone.browser();
            Offer first = offer();
            browser.go(application.web() + first.path());
            browser.see("#confirm h1", question);
            assertThat(browser.driver().findElement(By.id("confirm-replace")).isDisplayed())
                    .isFalse();
            phone.check();
            assertThat(api.record(key()).path("status").asString(""))
                    .as("not yet paired")
                    .isEmpty();
            browser.click("#confirm-no");
            phone.awaitScreen("code").type(first.code()).awaitScreen("ask");

            String before = examinee;
            anotherExaminee();
            phone.open(offer().path());
            browser.see("#confirm-replace-text", warning);
            phone.check();
            browser.screenshot("phone-confirm-" + language);
            browser.click("#confirm-no");
            phone.awaitScreen("ask");
            browser.see("#whose", PLAN + " · " + before);
            assertThat(api.record(key()).path("status").asString(""))
                    .as("not paired")
                    .isEmpty();

            phone.open(offer().path()).confirm().awaitScreen("ask");
            browser.see("#whose", PLAN + " · " + examinee);
        }
    }

    @Test
    void aTokenInTheLinkIsTaken() {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.device(PLAN, examinee, "M001"))
                    .take();
            assertThat(phone.browser().driver().getCurrentUrl()).isEqualTo(application.web() + "/capture");

            phone.send().awaitScreen("done");
            awaitCompleted();
            assertThat(api.record(key()).path("deviceId").asString()).isEqualTo("M001");
        }
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.examinee(PLAN, examinee))
                    .browser()
                    .see("#stopped-title", "This link does not connect a phone");
            phone.check();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "store, The server cannot store pictures right now",
        "broker, The server cannot pass the news on right now"
    })
    void aPictureOutlivesTheStoreAndTheBrokerAndAReloadAndArrivesOnce(String which, String words) {
        NetworkProxy line = which.equals("store") ? servers.store() : servers.broker();
        try (PhonePage phone = phone("en");
                StompTestClient proctor =
                        StompTestClient.connect(application.socket(), TestTokens.proctor("kim", PLAN))) {
            proctor.subscribe("/topic/plans/" + PLAN + "/mobile-sync");
            pair(phone).take();
            line.cut();
            try {
                phone.send().awaitTrouble("Our server", words);
                phone.browser().screenshot((which.equals("store") ? "docs/" : "") + "phone-waiting-" + which);
                phone.check();
                await().atMost(PATIENCE).until(() -> phone.uploads() >= 2);

                phone.browser().reload();
                phone.awaitTrouble("Our server", words);
                phone.browser().click("[data-language=ko]");
                phone.awaitTrouble("저희 서버", which.equals("store") ? "저장하지 못합니다" : "전하지 못합니다");
                phone.browser().see("#trouble-count");
            } finally {
                line.restore();
            }

            phone.awaitScreen("done");
            awaitCompleted();
            await().atMost(PATIENCE).until(() -> mine(proctor.await("mobile_sync_completed")));
            assertThat(proctor.pending())
                    .filteredOn(this::mine)
                    .extracting(StompTestClient.Frame::type)
                    .doesNotContain("mobile_sync_completed");
        }
    }

    /** The one that the proctors see. */
    private BufferedImage picture() {
        try {
            HttpResponse<byte[]> answer =
                    api.getBytes(api.record(key()).path("imageUrl").asString(), TestTokens.proctor("kim", PLAN));
            assertThat(answer.statusCode()).isEqualTo(200);
            return ImageIO.read(new ByteArrayInputStream(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean mine(StompTestClient.Frame frame) {
        return frame.data().path("examineeId").asString("").equals(examinee);
    }

    @Test
    void pairingWaitsForTheServersRecords() {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code");
            Offer offer = offer();
            servers.redis().cut();
            try {
                phone.type(offer.code()).awaitTrouble("Our server", "The server cannot read its records right now");
                phone.check();
            } finally {
                servers.redis().restore();
            }

            phone.awaitScreen("ask");
        }
    }

    @Test
    void aPictureOutlivesTheNetworkThatIsCutWhileItIsSent(@TempDir Path folder) throws IOException {
        Path large = Files.write(folder.resolve("large.jpg"), Jpegs.picture(4000, 3000, 7));
        try (NetworkProxy line = new NetworkProxy("127.0.0.1", application.port("WEB"));
                PhonePage phone =
                        PhonePage.with(Browser.Options.phone("en"), URI.create("http://localhost:" + line.port()))) {
            pair(phone).choose(large).awaitScreen("review");
            slow(phone, 20_000);
            phone.send();
            await().atMost(PATIENCE).until(() -> progress(phone) > 0 && progress(phone) < 100);
            line.cut();
            phone.awaitTrouble("Your phone’s network", "The server cannot be reached");
            phone.browser().screenshot("phone-no-network");
            phone.check();
            slow(phone, -1);
            line.restore();

            phone.awaitScreen("done");
            awaitCompleted();
        }
    }

    /** All of it is sent at once as the browser sees it, and then takes half a minute to the server. */
    @Test
    void waitsForASlowUploadBehindABufferingProxy(@TempDir Path folder) throws IOException {
        Path noise = Files.write(folder.resolve("noise.jpg"), Jpegs.noise(1420, 1050, 7));
        try (BufferingProxy line = new BufferingProxy(application.port("WEB"), 40_000);
                PhonePage phone =
                        PhonePage.with(Browser.Options.phone("en"), URI.create("http://localhost:" + line.port()))) {
            pair(phone).choose(noise).awaitScreen("review");
            phone.send();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> phone.screen().equals("done")
                            || phone.browser()
                                    .driver()
                                    .findElement(By.id("trouble"))
                                    .isDisplayed());

            phone.awaitScreen("done");
            Object uploads = phone.browser().script("""
                    const uploads = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/mobile-captures'));
                    return [uploads.length, uploads[0].duration];
                    """);
            assertThat(uploads)
                    .asInstanceOf(InstanceOfAssertFactories.list(Number.class))
                    .satisfiesExactly(count -> assertThat(count.intValue()).isEqualTo(1), milliseconds -> assertThat(
                                    milliseconds.doubleValue())
                            .isGreaterThan(21_000));
            awaitCompleted();
        }
    }

    private static void slow(PhonePage phone, int bytesPerSecond) {
        network(phone, false, bytesPerSecond);
    }

    private static void network(PhonePage phone, boolean offline, int bytesPerSecond) {
        phone.browser().devTools("Network.enable", Map.of());
        phone.browser()
                .devTools(
                        "Network.emulateNetworkConditions",
                        Map.of(
                                "offline",
                                offline,
                                "latency",
                                0,
                                "downloadThroughput",
                                -1,
                                "uploadThroughput",
                                bytesPerSecond));
    }

    @Test
    void aPhoneThatIsOfflineIsToldSoAndGoesOnWhenItIsNot() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            network(phone, true, -1);
            phone.send().awaitTrouble("Your phone’s network", "This phone is not on the internet");
            network(phone, false, -1);

            phone.awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void whoComesTooOftenWaitsForItsTurn() {
        byte[] small = Jpegs.picture(11);
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.device(PLAN, examinee, "M429"))
                    .take();
            await().atMost(PATIENCE)
                    .until(() -> api.upload(key(), "M429", small).statusCode(), status -> status == 429);
            // One comes free every three seconds: right after that one is taken there is none.
            await().atMost(PATIENCE)
                    .until(() -> api.upload(key(), "M429", small).statusCode(), status -> status == 201);
            phone.send().awaitTrouble("Our server", "Many people are sending right now");
            phone.check().awaitScreen("done");
        }
    }

    @Test
    void aPictureThatTheServerDoesNotUnderstandIsNotSentAgainByAReload() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            // Makes a Content-Digest that is none.
            phone.browser().script("SubtleCrypto.prototype.digest = async () => new ArrayBuffer(3)");
            phone.send().browser().see("#stopped-title", "The server did not understand this page");
            phone.check().browser().click("#stopped-action");

            phone.awaitScreen("review").browser().see("#retake");
            phone.send().awaitScreen("done");
            awaitCompleted();
        }
    }

    private static long progress(PhonePage phone) {
        return ((Number) Objects.requireNonNull(
                        phone.browser().script("return document.getElementById('progress').value")))
                .longValue();
    }

    @Test
    void aPictureThatWasNotSentYetOutlivesAReload() {
        try (PhonePage phone = phone("ko")) {
            pair(phone).take();
            phone.browser().reload();

            phone.awaitScreen("review").send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void aPhoneThatWasReplacedSaysSoAndSendsItsPictureWhenItIsPairedAgain() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            pairAnother(offer().code());

            phone.send().browser().see("#stopped-title", "Another phone is connected now");
            phone.browser().see("#stopped-kept");
            phone.browser().screenshot("phone-replaced");
            phone.check().browser().click("#stopped-action");
            phone.browser().see("#code-kept");

            phone.type(offer().code()).awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void somebodyElsesPictureIsNotShownAndNotSent() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            anotherExaminee();

            pair(phone).take().send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void withoutLeaveForTheCameraThePhonesOwnTakesThePicture(@TempDir Path folder) throws IOException {
        Path upright = Files.write(folder.resolve("upright.jpg"), Jpegs.picture(3000, 4000, 3));
        Path unknown = Files.writeString(folder.resolve("picture.heic"), "no browser reads this");
        try (PhonePage phone = PhonePage.with(Browser.Options.phone("en").withoutCamera(), application.web())) {
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#stopped-title", "The browser may not use the camera");
            phone.browser().screenshot("phone-denied");
            phone.check();
            phone.choose(unknown).browser().see("#stopped-title", "This picture cannot be opened");
            phone.check();

            phone.choose(upright).browser().see("#review-warning-text", "The picture is upright");
            phone.browser().screenshot("phone-review-upright");
            assertThat(phone.check().browser().see("#send").getText()).isEqualTo("Send it anyway");
            phone.send().awaitScreen("done");
            awaitCompleted();
            assertThat(picture().getHeight()).isEqualTo(1920);
        }
    }

    @Test
    void withoutHttpsThePhonesOwnTakesThePicture(@TempDir Path folder) throws IOException {
        Path picture = Files.write(folder.resolve("picture.jpg"), Jpegs.picture(9));
        URI plain = URI.create("http://phone.test:" + application.port("WEB"));
        try (PhonePage phone = PhonePage.with(Browser.Options.phone("en"), plain)) {
            pair(phone).browser().see("#ask-title", "Take a picture");
            assertThat(phone.browser().script("return window.isSecureContext")).isEqualTo(false);
            phone.browser().awaitGone("#ask-start");
            phone.browser().screenshot("phone-ask-insecure");
            phone.check().choose(picture).awaitScreen("review").send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void theCameraComesBackAfterAnInterruption() {
        try (PhonePage phone = phone("en")) {
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#hint[data-hint=good]");
            phone.browser()
                    .script("const [track] = document.getElementById('preview').srcObject.getTracks();"
                            + "track.stop(); track.dispatchEvent(new Event('ended'));");
            phone.browser().see("#hint[data-hint=interrupted]");

            phone.take().send().awaitScreen("done");
        }
    }

    @Test
    void theOtherCameraIsOneTouchAway() {
        try (PhonePage phone = PhonePage.with(Browser.Options.phone("en").withCameras(2), application.web())) {
            pair(phone).browser().click("#ask-start");
            String before = camera(phone);
            phone.browser().click("#switch");

            await().atMost(PATIENCE).until(() -> camera(phone), now -> !now.equals(before) && !now.equals("null"));
            phone.take();
        }
    }

    private static String camera(PhonePage phone) {
        phone.browser().see("#take:not([disabled])");
        return String.valueOf(phone.browser()
                .script("return document.getElementById('preview').srcObject?.getTracks()[0].getSettings().deviceId"));
    }

    @Test
    void theScreenStaysOnAndIsKeptOnAgainWhenThePageIsBack() {
        try (PhonePage phone = phone("en")) {
            // What Chromium says of the lock itself: granted ones, and when each is let go of.
            phone.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                    window.locks = { taken: 0, held: 0 };
                    const request = WakeLock.prototype.request;
                    WakeLock.prototype.request = async function (type) {
                      const lock = await request.call(this, type);
                      window.locks.taken++;
                      window.locks.held++;
                      lock.addEventListener('release', () => window.locks.held--);
                      return lock;
                    };
                    """));
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#take:not([disabled])");
            await().atMost(PATIENCE).until(() -> locks(phone).equals("1 of 1"));

            String page = phone.browser().driver().getWindowHandle();
            phone.browser().openTab();
            phone.browser().switchTo(page);

            await().atMost(PATIENCE).until(() -> locks(phone).equals("1 of 2"));
            phone.take().send().awaitScreen("done");
            await().atMost(PATIENCE).until(() -> locks(phone).equals("0 of 2"));
        }
    }

    private static String locks(PhonePage phone) {
        return String.valueOf(phone.browser().script("return `${locks.held} of ${locks.taken}`"));
    }

    @Test
    void aPictureOutlivesAStoreThatIsKilledBetweenTwoTries() {
        try (PhonePage phone = phone(Browser.Options.phone("en"))) {
            pair(phone).take();
            servers.broker().cut();
            phone.send().awaitTrouble("Our server", "The server cannot pass the news on right now");
            long tries = phone.uploads();
            store.kill();
            servers.broker().restore();
            phone.awaitTrouble("Our server", "The server cannot store pictures right now");
            assertThat(phone.uploads()).isGreaterThan(tries);
            store.restart();

            phone.awaitScreen("done");
            awaitCompleted();
            assertThat(picture().getWidth()).isBetween(640, 1920);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
    void whatIsWrongIsSaidBeforeThePictureIsTaken(FakeCameraImage.Light light) {
        String name = light.name().toLowerCase(Locale.ROOT);
        try (PhonePage phone = phone(Browser.Options.phone("ko").seeing(light))) {
            Browser browser = pair(phone).browser();
            browser.click("#ask-start");
            browser.see("#hint[data-hint=" + name + "]");
            assertThat(browser.see("#hint-text").getText()).isNotBlank();
            browser.screenshot("phone-camera-" + name);
            phone.check();
        }
    }

    @Test
    void inTheDarkAllOfItCanBeRead() {
        try (PhonePage phone = phone(Browser.Options.phone("ko").inTheDark())) {
            phone.open("/capture").awaitScreen("code").check();
            phone.type("AAAA AAA").check();
            pair(phone).awaitScreen("ask").check().take().check();
            phone.browser().screenshot("phone-review-dark");
            phone.send().awaitScreen("done").check();
            phone.browser().screenshot("phone-done-dark");
        }
    }

    @Test
    void aKeyboardIsEnough() {
        try (PhonePage phone = phone(Browser.Options.phone("en"))) {
            Browser browser = phone.open("/capture").awaitScreen("code").browser();
            browser.tabTo("#code-input");
            browser.press(offer().code(), Keys.ENTER);
            phone.awaitScreen("ask");
            browser.tabTo("#ask-start");
            browser.press(Keys.ENTER);
            browser.see("#take:not([disabled])");
            browser.tabTo("#take");
            browser.press(Keys.ENTER);
            phone.awaitScreen("review");
            browser.tabTo("#send");
            browser.press(Keys.ENTER);
            phone.awaitScreen("done");
        }
    }
}
