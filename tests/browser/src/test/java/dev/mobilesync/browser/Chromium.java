package dev.mobilesync.browser;

import dev.mobilesync.testsupport.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.springframework.util.FileSystemUtils;

/**
 * A Chromium process, one per JVM and set of flags. Each {@link Browser} has its own browser context in it, with separate
 * cookies and storage. The process ends with this JVM.
 */
final class Chromium {

    private static final Path CHROMIUM = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
    private static final Path CHROMEDRIVER =
            Path.of(System.getenv().getOrDefault("CHROMEDRIVER", "/usr/bin/chromedriver"));

    private static final Pattern LISTENS = Pattern.compile("DevTools listening on (ws://([^/]+)/\\S+)");
    private static final Map<List<String>, Chromium> RUNNING = new HashMap<>();

    private static final List<String> FLAGS = List.of(
            "--headless",
            "--remote-debugging-port=0",
            "--enable-automation",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-popup-blocking",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--password-store=basic",
            "--use-mock-keychain",
            "--hide-scrollbars",
            // Without a GPU each animation frame costs CPU time.
            "--force-prefers-reduced-motion",
            "--disable-dev-shm-usage",
            "--lang=en",
            // A non-local name of this host: there plain HTTP is no secure context, without camera and crypto.subtle.
            "--host-resolver-rules=MAP phone.test 127.0.0.1");

    private final Path profile;
    private final ChildProcess process;
    private final DevToolsConnection devTools;
    private final String address;
    private final Deque<ChromeDriver> idleDrivers = new ArrayDeque<>();

    private Chromium(List<String> flags) {
        try {
            profile = Files.createTempDirectory("mobile-sync-chromium");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(CHROMIUM.toString(), "--user-data-dir=" + profile));
        command.addAll(FLAGS);
        command.addAll(flags);
        command.add("about:blank");
        process = ChildProcess.start(profile, profile.resolve("chromium.out"), Map.of(), command)
                .awaitOutput("DevTools listening on ");
        Matcher listens = LISTENS.matcher(process.output());
        if (!listens.find()) {
            throw new IllegalStateException(process.output());
        }
        devTools = DevToolsConnection.to(listens.group(1));
        address = listens.group(2);
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "shut-down-chromium"));
    }

    /** Whether Chromium and its driver are installed; for {@link NeedsChromium}. */
    static boolean isAvailable() {
        return "true".equals(System.getenv("CI")) || Files.isExecutable(CHROMIUM) && Files.isExecutable(CHROMEDRIVER);
    }

    /** The process with these flags; starts it if necessary. */
    static synchronized Chromium running(List<String> flags) {
        Chromium chromium = RUNNING.get(flags);
        if (chromium == null || !chromium.process.isAlive()) {
            chromium = new Chromium(flags);
            RUNNING.put(flags, chromium);
        }
        return chromium;
    }

    /** Creates an empty browser context and returns its id. */
    String createContext() {
        return devTools.send("Target.createBrowserContext", Map.of())
                .path("browserContextId")
                .asString();
    }

    /** Closes the context's windows and deletes its storage. */
    void disposeContext(String context) {
        devTools.send("Target.disposeBrowserContext", Map.of("browserContextId", context));
    }

    void setCameraPermission(String context, String setting) {
        devTools.send(
                "Browser.setPermission",
                Map.of("permission", Map.of("name", "camera"), "setting", setting, "browserContextId", context));
    }

    /** Opens a window, or a tab in the context's window, and returns its Selenium handle. */
    String open(String context, boolean tab) {
        return devTools.send(
                        "Target.createTarget",
                        Map.of("url", "about:blank", "browserContextId", context, "newWindow", !tab))
                .path("targetId")
                .asString();
    }

    /** An unused driver. Return it with {@link #returnDriver}, because sessions start slowly. */
    ChromeDriver takeDriver() {
        ChromeDriver idle = idleDrivers.poll();
        if (idle != null) {
            return idle;
        }
        ChromeOptions options = new ChromeOptions();
        options.setExperimentalOption("debuggerAddress", address);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(CHROMEDRIVER.toFile())
                .withSilent(true)
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        Runtime.getRuntime().addShutdownHook(new Thread(service::stop, "stop-chromedriver"));
        return driver;
    }

    void returnDriver(ChromeDriver driver) {
        idleDrivers.push(driver);
    }

    /** The process and its descendants. */
    List<Long> processIds() {
        ProcessHandle main = ProcessHandle.of(process.pid()).orElseThrow();
        return Stream.concat(Stream.of(main), main.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private void shutDown() {
        process.close();
        try {
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException e) {
            // A Chromium process may still write there.
        }
    }
}
