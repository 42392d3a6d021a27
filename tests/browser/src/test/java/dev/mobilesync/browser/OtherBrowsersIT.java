package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NodePackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * One examinee's whole step in other engines than Chromium's: code, camera, timer, remote shutter, upload, a retake. The programs
 * are in {@code tests/browser/node}.
 */
@Tag("slow")
@Exclusive
class OtherBrowsersIT {

    static final NodePackage PROGRAMS = new NodePackage("tests/browser", "node");

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** The program's exit code if the browser does not answer commands. */
    private static final int BROWSER_HANGS = 75;

    private final RunningApplication application = RunningApplication.shared();

    @Test
    @EnabledIf(value = "hasFirefox", disabledReason = "no firefox-esr and Node here")
    void completesStepInFirefox() throws IOException {
        completesStep("firefox");
    }

    @Test
    @EnabledIf(value = "hasWebKit", disabledReason = "no WebKitWebDriver, Xvfb and Node here")
    void completesStepInWebKit() throws IOException {
        completesStep("webkit");
    }

    static boolean hasFirefox() {
        return isCi() || NodePackage.isAvailable() && NodePackage.isOnPath("firefox-esr");
    }

    static boolean hasWebKit() {
        return isCi()
                || NodePackage.isAvailable() && NodePackage.isOnPath("WebKitWebDriver") && NodePackage.isOnPath("Xvfb");
    }

    private static boolean isCi() {
        return "true".equals(System.getenv("CI"));
    }

    private void completesStep(String browser) throws IOException {
        int exitCode = runScenario(browser);
        if (exitCode == BROWSER_HANGS) {
            exitCode = runScenario(browser);
        }
        assertThat(exitCode).as(browser).isZero();
    }

    private int runScenario(String browser) throws IOException {
        Path programs = PROGRAMS.install();
        Files.createDirectories(SCREENSHOTS);
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        List<String> command = List.of(
                "node",
                programs.resolve("scenario.mjs").toString(),
                browser,
                examinee.page(),
                application.web() + "/capture",
                SCREENSHOTS.toAbsolutePath().toString());
        Path output = Files.createTempFile(browser, ".out");
        try (ChildProcess scenario = ChildProcess.start(programs, output, Map.of(), command)) {
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> !scenario.isAlive() || scenario.output().contains("RETAKE"));
            if (scenario.isAlive()) {
                examinee.order("{\"order\":\"RETAKE\",\"reason\":\"The monitor is not visible\"}");
            }
            int exitCode = scenario.awaitExit();
            System.out.println(scenario.output());
            return exitCode;
        }
    }
}
