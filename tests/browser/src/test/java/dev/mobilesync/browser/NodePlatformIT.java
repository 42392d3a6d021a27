package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.WebhookReceiver;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Pages of exam platforms in Node, which follow the step with {@code mobile-sync.js}. */
@Tag("slow")
@NeedsChromium
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class NodePlatformIT {

    private static final int PORT = TestPorts.freePort();
    private static final String ADDRESS = "http://localhost:" + PORT;

    private static RunningApplication application;

    @BeforeAll
    static void start() {
        application = RunningApplication.services(
                new ProxiedServers(TestServers.open()), Map.of("MOBILE_SYNC_ALLOWED_ORIGINS", ADDRESS));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    /** The example of docs/examples: its page gets tokens from its server. */
    @Test
    void exampleOfPlatformFollowsStep(@TempDir Path directory) {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        List<String> command = List.of(
                "node",
                Repository.file("docs/examples/javascript/platform-server.mjs").toString());
        try (ChildProcess server =
                        ChildProcess.start(directory, directory.resolve("server.out"), environment(), command);
                Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            server.awaitOutput(ADDRESS);
            browser.go(ADDRESS + "/exam?examinee=" + examinee.id());
            browser.see("#connection", "connected");
            browser.see("#state", "Waiting for your phone");
            browser.see("#left", " s");
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"too dark\"}");
            browser.see("#state", "another picture: too dark");
            examinee.order("{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
            browser.see("#state", "Done");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    /** The page of the small platform in {@code tests/platform}, with the module from the npm package. */
    @Test
    void smallPlatformLetsExamineeBegin(@TempDir Path directory) {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        Map<String, String> environment = environment();
        environment.put("ROSTER", examinee.id());
        environment.put("MOBILE_SYNC_WEBHOOK_SECRET", WebhookReceiver.SECRET);
        Path programs = NodePackage.installPlatform("tests/browser");
        try (ChildProcess server = ChildProcess.start(
                        programs, directory.resolve("server.out"), environment, List.of("node", "server.mjs"));
                Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            server.awaitOutput(ADDRESS);
            browser.go(ADDRESS + "/exam?examinee=" + examinee.id());
            browser.see("#state", "Waiting for your phone");
            browser.see("#left", " s");
            String code = browser.see("#code").getText().replace(" ", "");
            await().until(() ->
                    Boolean.TRUE.equals(browser.script("return document.getElementById('qr').naturalWidth > 0")));
            SimulatedExaminee paired = examinee.pair(code);
            browser.see("#state", "Your phone is connected");
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"too dark\"}");
            browser.see("#state", "another picture: too dark");
            assertThat(paired.upload(Jpegs.picture(6))).isEqualTo(201);
            browser.see("#state", "Done");
            browser.click("#begin");
            browser.see("#state", "The exam begins");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    private static Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "PORT", Integer.toString(PORT),
                "WEB", application.web().toString(),
                "SOCKET", application.socket().toString(),
                "PLAN", SimulatedExaminee.PLAN,
                "MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET));
    }
}
