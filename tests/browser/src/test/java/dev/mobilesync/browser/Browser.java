package dev.mobilesync.browser;

import com.deque.html.axecore.selenium.AxeBuilder;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The browser of one person: a {@link Chromium} context, optionally with a camera that shows a {@link FakeCameraImage}. */
final class Browser implements AutoCloseable {

    private static final int MAX_TABS = 40;

    static final Dimension PHONE = new Dimension(360, 740);
    static final Dimension LAPTOP = new Dimension(1280, 800);
    static final Dimension WALL = new Dimension(3840, 2160);

    /** The folder of screenshots. With {@code -Dscreenshots=docs} those named {@code docs/…} replace the documentation's pictures. */
    private static final Path PICTURES = Path.of("target", "screenshots");

    /** Covers the longest delay of a page, a reconnect after 20 seconds, on a slow machine. */
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    /** Runs all axe-core rules but collects violations only. AxeBuilder takes several times as long. */
    private static final String FIND_VIOLATIONS = """
            const [options, done] = arguments;
            axe.run(document, { resultTypes: ['violations'], ...options }).then(
              ({ violations }) => done(violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes.map(({ html }) => html)}`)),
              (error) => done([String(error)]));
            """;

    private static final String CONTRAST = "color-contrast";

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "experimental");

    private final Chromium chromium;
    private final String context;
    private final ChromeDriver driver;
    private Colors colors = Colors.LIGHT;

    private Browser(Chromium chromium) {
        this.chromium = chromium;
        context = chromium.createContext();
        driver = chromium.takeDriver();
    }

    static Browser open(BrowserOptions options) {
        Browser browser = new Browser(Chromium.running(options.flags()));
        try {
            browser.prepare(options);
            return browser;
        } catch (RuntimeException | Error e) {
            browser.close();
            throw e;
        }
    }

    private void prepare(BrowserOptions options) {
        // The fake UI accepts the prompt. Without this setting Chromium does not prompt.
        chromium.setCameraPermission(context, options.cameras() > 0 ? "prompt" : "denied");
        openWindow();
        driver.resetInputState();
        // Discards the log entries of earlier browsers.
        scriptErrors();
        resize(options.size());
        devTools(
                "Emulation.setLocaleOverride",
                Map.of("locale", options.language().equals("ko") ? "ko-KR" : "en-US"));
        devTools(
                "Emulation.setUserAgentOverride",
                Map.of(
                        "userAgent",
                        Objects.requireNonNull(script("return navigator.userAgent"))
                                .toString(),
                        "acceptLanguage",
                        options.language().equals("ko") ? "ko-KR,ko" : "en-US,en"));
        prefer(options.darkMode() ? Colors.DARK : Colors.LIGHT);
    }

    /** Opens another window of the same person and switches to it. */
    void openWindow() {
        switchTo(chromium.open(context, false));
    }

    /** Opens a tab in the same window, which hides the current page, and switches to it. */
    void openTab() {
        switchTo(chromium.open(context, true));
    }

    /** Switches to the window or tab with this handle. */
    void switchTo(String handle) {
        driver.switchTo().window(handle);
    }

    /** Suspends all processes of the browser, as a sleeping laptop does. No other method works until {@link #wakeUp()}. */
    void sleep() {
        signal("STOP");
    }

    void wakeUp() {
        signal("CONT");
    }

    private void signal(String name) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        chromium.processIds().forEach(id -> command.add(Long.toString(id)));
        Shell.run(Map.of(), command);
    }

    /** The Selenium driver, for operations without a method of this class. */
    ChromeDriver driver() {
        return driver;
    }

    /** Moves the focus there with the Tab key only. */
    void tabTo(String selector) {
        for (int i = 0; i < MAX_TABS; i++) {
            if (Boolean.TRUE.equals(script("return document.activeElement?.matches(\"" + selector + "\") ?? false"))) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("Tab does not lead to " + selector);
    }

    /** Sends the keys to the focused element. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    Browser go(String address) {
        driver.get(address);
        return this;
    }

    void reload() {
        driver.navigate().refresh();
    }

    void resize(Dimension size) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        size.width,
                        "height",
                        size.height,
                        "deviceScaleFactor",
                        size.equals(PHONE) ? 2 : 1,
                        "mobile",
                        size.equals(PHONE)));
    }

    void setOffline(boolean offline) {
        emulateNetwork(offline, -1);
    }

    /** @param bytesPerSecond the upload rate; -1 for no limit */
    void emulateNetwork(boolean offline, int bytesPerSecond) {
        devTools("Network.enable", Map.of());
        devTools(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", bytesPerSecond));
    }

    /** Executes a command of the Chrome DevTools Protocol, such as {@code Page.reload}. */
    Map<String, Object> devTools(String command, Map<String, Object> parameters) {
        return driver.executeCdpCommand(command, parameters);
    }

    @Nullable
    Object script(String javascript, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(javascript, arguments);
    }

    /** Executes a script that calls its last argument with the result. */
    @Nullable
    Object asyncScript(String javascript, Object... arguments) {
        return ((JavascriptExecutor) driver).executeAsyncScript(javascript, arguments);
    }

    /** Switches the page's language without its buttons, which some states hide. */
    void speak(String language) {
        asyncScript(
                "const [language, done] = arguments; import('/pages/i18n.js').then((i18n) => done(i18n.setLanguage(language)))",
                language);
    }

    /** Presents the next page with Android's user agent and client hints, by which a page knows a phone. */
    void presentAsAndroid(String language) {
        devTools(
                "Emulation.setUserAgentOverride",
                Map.of(
                        "userAgent",
                        "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
                        "acceptLanguage",
                        language,
                        "userAgentMetadata",
                        Map.of(
                                "platform", "Android",
                                "platformVersion", "14",
                                "architecture", "",
                                "model", "Pixel 8",
                                "mobile", true)));
    }

    /** Safari and Firefox name the phone in {@code User-Agent} only. */
    void presentAsIphone(String language) {
        devTools(
                "Emulation.setUserAgentOverride",
                Map.of(
                        "userAgent",
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148"
                                + " Safari/604.1",
                        "acceptLanguage",
                        language));
        devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", "delete Navigator.prototype.userAgentData"));
    }

    private WebDriverWait webDriverWait() {
        return new WebDriverWait(driver, TIMEOUT, POLL_INTERVAL);
    }

    /** Waits until the element is visible. */
    WebElement see(String css) {
        return webDriverWait().until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    /** Waits until the element is visible and contains the text. */
    WebElement see(String css, String text) {
        webDriverWait()
                .withMessage(() -> css + " should say " + text + " but the page says: " + text())
                .until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
        return see(css);
    }

    void awaitGone(String css) {
        webDriverWait().until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
    }

    void click(String css) {
        webDriverWait().until(new Click(css));
    }

    /** All visible text. */
    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /**
     * Takes a screenshot.
     *
     * @param name without {@code .png}; {@code docs/…} for the documentation
     */
    Path screenshot(String name) {
        try {
            byte[] png = driver.getScreenshotAs(OutputType.BYTES);
            Path file = PICTURES.resolve(name + ".png");
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, png);
            if (name.startsWith("docs/") && "docs".equals(System.getProperty("screenshots"))) {
                Path shown = Repository.file("docs/images/" + name.substring("docs/".length()) + ".png");
                if (Files.exists(shown)) {
                    Files.write(shown, png);
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void prefer(Colors preferred) {
        colors = preferred;
        devTools("Emulation.setEmulatedMedia", preferred.media());
    }

    /**
     * The violations that axe-core finds in the current colors, those of the contrast in dark ones, and those in forced colors.
     * The latter without the contrast: axe-core reads the page's own text colors, which the browser replaces.
     */
    List<String> accessibilityFindings() {
        Set<String> findings = new LinkedHashSet<>(violations(Map.of()));
        Colors current = colors;
        prefer(Colors.DARK);
        findings.addAll(violations(Map.of("runOnly", List.of(CONTRAST))));
        prefer(Colors.FORCED);
        findings.addAll(violations(Map.of("rules", Map.of(CONTRAST, Map.of("enabled", false)))));
        prefer(current);
        return List.copyOf(findings);
    }

    /**
     * The violations of all axe-core rules up to level AA in the current colors, also of experimental ones. One of those knows no
     * focusable rows, which a grid may have.
     */
    List<String> violations() {
        return violations(Map.of("runOnly", RULES, "rules", Map.of("focus-order-semantics", Map.of("enabled", false))));
    }

    private List<String> violations(Map<String, Object> options) {
        if (Boolean.FALSE.equals(script("return 'axe' in window"))) {
            script(axe());
        }
        List<?> found = (List<?>) Objects.requireNonNull(driver.executeAsyncScript(FIND_VIOLATIONS, options));
        return found.stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (InputStream in = Objects.requireNonNull(AxeBuilder.class.getResourceAsStream("/axe.min.js"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Uncaught script errors and violations of the content security policy since the last call. */
    List<String> scriptErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().equals(Level.SEVERE))
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Uncaught") || message.contains("Content Security Policy"))
                .toList();
    }

    @Override
    public void close() {
        chromium.disposeContext(context);
        chromium.returnDriver(driver);
    }
}
