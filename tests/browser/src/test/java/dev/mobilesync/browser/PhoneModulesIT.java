package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageCodec;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The modules of the phone's page in isolation, in a real browser. */
@Tag("slow")
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PhoneModulesIT {

    private Browser browser;

    @BeforeAll
    void start() {
        browser = Browser.open(BrowserOptions.phone("en"));
        browser.go(RunningApplication.shared().web() + "/capture");
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Runs an async function with these modules of the page and returns its result as JSON. */
    private JsonNode run(String modules, String body, Object... arguments) {
        String script = """
                const done = arguments[arguments.length - 1];
                const args = arguments;
                (async () => {
                  const [%s] = await Promise.all('%s'.split(' ').map((name) => import(`/pages/capture/${name}.js`)));
                  %s
                })().then((value) => done(JSON.stringify(value ?? null)), (error) => done(JSON.stringify({ error: String(error) })));
                """.formatted(modules.replace(' ', ',').replace('-', '_'), modules, body);
        JsonNode result =
                MessageCodec.mapper().readTree(String.valueOf(browser.driver().executeAsyncScript(script, arguments)));
        assertThat(result.path("error").asString("")).isEmpty();
        return result;
    }

    Stream<String> codes() {
        Stream<String> pageCodes = run("failure", "return Object.keys(failure.RECOVERY_ACTIONS)")
                .valueStream()
                .map(JsonNode::asString);
        return Stream.concat(Arrays.stream(ErrorCode.values()).map(ErrorCode::name), pageCodes)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("codes")
    void describesEveryErrorInBothLanguages(String code) {
        JsonNode recovery = run("failure", "return failure.RECOVERY_ACTIONS[args[0]]", code);
        assertThat(recovery.isObject()).as("recovery of " + code).isTrue();
        for (String language : new String[] {"ko", "en"}) {
            for (String key : new String[] {
                "error." + code,
                "error." + code + ".text",
                "side." + recovery.path("side").asString(),
                "action." + recovery.path("action").asString()
            }) {
                assertThat(run("texts", "return texts.TEXTS[args[0]][args[1]]", language, key)
                                .asString(""))
                        .as(language + " " + key)
                        .isNotBlank();
            }
        }
    }

    @Test
    void retriesRecoverableErrorsAutomatically() {
        for (ErrorCode code : ErrorCode.values()) {
            // Only broadcasts carry this code; the page cannot retry it.
            if (code != ErrorCode.SYNC_TIMEOUT) {
                assertThat(run("failure", "return Boolean(failure.RECOVERY_ACTIONS[args[0]].automatic)", code.name())
                                .asBoolean())
                        .as(code.name())
                        .isEqualTo(code.isRetryable());
            }
        }
    }

    /** The key and the placeholders of each text; no Korean sentence ends informally. */
    @ParameterizedTest
    @CsvSource({"capture, /capture", "exam, /exam/mobile-sync", "proctor, /proctor"})
    void translationsAreCompleteAndMatch(String page, String address) {
        JsonNode result = run("texts", """
                const [all] = Object.values(await import(`/pages/${args[0]}/texts.js`));
                const placeholders = (text) => [...text.matchAll(/\\{\\w+\\}/g)].map(String).sort().join();
                const keys = (texts) => Object.entries(texts).map(([key, text]) => `${key} ${placeholders(text)}`).sort();
                const html = new DOMParser().parseFromString(await (await fetch(args[1])).text(), 'text/html');
                const used = ['t', 'tLabel', 'tPlaceholder', 'tTitle'].flatMap((name) =>
                  [...html.querySelectorAll('*')].map((element) => element.dataset?.[name]).filter(Boolean));
                const informal = Object.values(all.ko).filter((text) => /(?<!세)요(?=\\.|\\s|$)/.test(text.replaceAll('필요', '')));
                return { ko: keys(all.ko), en: keys(all.en), used, missing: used.filter((key) => !(key in all.ko)), informal };
                """, page, address);

        assertThat(result.path("ko")).isEqualTo(result.path("en")).hasSizeGreaterThan(20);
        assertThat(result.path("used")).hasSizeGreaterThan(5);
        assertThat(result.path("missing")).isEmpty();
        assertThat(result.path("informal")).isEmpty();
    }

    @Test
    void backsOffWithJitter() {
        JsonNode result = run("texts", """
                const { backOff } = await import('/pages/back-off.js');
                return [0, 3, 50].map((failures) => {
                  const delays = Array.from({ length: 200 }, () => backOff(failures));
                  return { min: Math.min(...delays), max: Math.max(...delays), different: new Set(delays).size };
                });
                """);

        int[] bounds = {500, 4_000, 20_000};
        for (int i = 0; i < bounds.length; i++) {
            JsonNode delays = result.get(i);
            assertThat(delays.path("min").asInt()).isBetween(bounds[i] / 5, bounds[i] / 2);
            assertThat(delays.path("max").asInt()).isBetween(bounds[i] * 3 / 4, bounds[i]);
            assertThat(delays.path("different").asInt()).isGreaterThan(50);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "503, '{\"code\":\"CAPTURE_STORE_FAILED\"}', 7, CAPTURE_STORE_FAILED, 7000",
        "401, '{\"code\":\"UNAUTHENTICATED\",\"reason\":\"DEVICE_REPLACED\"}', , DEVICE_REPLACED, 0",
        "401, '{\"code\":\"UNAUTHENTICATED\",\"reason\":\"PAIRING_ENDED\"}', , PAIRING_ENDED, 0",
        "401, '{\"code\":\"UNAUTHENTICATED\",\"reason\":\"UNKNOWN_CODE\"}', , UNAUTHENTICATED, 0",
        "502, <html>Bad Gateway</html>, , SERVER_UNAVAILABLE, 0",
        "503, , 2, SERVER_UNAVAILABLE, 2000",
        "413, <html>too large</html>, , CAPTURE_TOO_LARGE, 0",
        "429, , 3, TOO_MANY_REQUESTS, 3000",
        "503, , 'Thu, 01 Jan 2026 00:00:09 GMT', SERVER_UNAVAILABLE, 9000",
        "503, , 'Wed, 31 Dec 2025 23:59:59 GMT', SERVER_UNAVAILABLE, 0",
        "503, , soon, SERVER_UNAVAILABLE, 0",
        "503, , 99999999999, SERVER_UNAVAILABLE, 3600000",
        "500, '{\"code\":\"UNKNOWN_CODE\"}', , INTERNAL_ERROR, 0",
        "418, , , INVALID_REQUEST, 0",
    })
    void readsErrorCodeAndRetryAfter(int status, String body, String retryAfter, String code, int waiting) {
        JsonNode failure = run("failure", """
                const headers = new Headers({ Date: 'Thu, 01 Jan 2026 00:00:00 GMT', ...(args[2] && { 'Retry-After': args[2] }) });
                const actual = failure.failureOf({ status: args[0], body: args[1] ?? '', headers });
                return { code: actual.code, retryAfter: actual.retryAfter };
                """, status, body, retryAfter);

        assertThat(failure.path("code").asString()).isEqualTo(code);
        assertThat(failure.path("retryAfter").asInt()).isEqualTo(waiting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "Thu, 01 Jan 2026 00:00:09 GMT"})
    void boardWaitsAsLongAsProxyRequests(String retryAfter) {
        JsonNode result = run("texts", """
                const { getWithRetry } = await import('/pages/proctor/load-records.js');
                const busy = { status: 503, headers: { Date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'Retry-After': args[0] } };
                const responses = [new Response(null, busy), Response.json('records')];
                const { setTimeout } = window;
                const waits = [];
                window.setTimeout = (fire, delay) => waits.push(delay) && setTimeout(fire);
                const read = await getWithRetry(async () => responses.shift(), '', new AbortController().signal, () => {});
                window.setTimeout = setTimeout;
                return { waits, read };
                """, retryAfter);

        assertThat(result.path("read").asString()).isEqualTo("records");
        assertThat(result.path("waits").toString()).isEqualTo("[9000]");
    }

    /** The network returns during each wait. The clock jumps to the time of the next timer. */
    @Test
    void honoursRetryAfterAndRetriesWhenOnline() {
        JsonNode result = run("retry-loop failure", """
                const { setTimeout, clearTimeout } = window;
                const dateNow = Date.now;
                const timers = new Map();
                let clock = 0;
                let last = 0;
                window.setTimeout = (fire, delay = 0) => timers.set(++last, { fire, at: clock + delay }) && last;
                window.clearTimeout = (timer) => timers.delete(timer);
                performance.now = Date.now = () => clock;
                const firing = setInterval(() => {
                  const [next] = [...timers].sort(([, one], [, other]) => one.at - other.at);
                  if (!next) return;
                  timers.delete(next[0]);
                  clock = next[1].at;
                  next[1].fire();
                }, 20);
                const times = [];
                const waits = [];
                let count = 0;
                const task = new retry_loop.RetryLoop(() => {
                  times.push(performance.now());
                  if (times.length === 3) return Promise.resolve('arrived');
                  return Promise.reject(new failure.Failure(times.length === 1 ? 'CAPTURE_STORE_FAILED' : 'OFFLINE', times.length === 1 ? 3_000 : 0));
                });
                task.addEventListener('waiting', ({ detail }) => {
                  waits.push(detail.retryAt - Date.now());
                  // The online event ends the wait.
                  if (count++ % 2 === 0) window.setTimeout(() => window.dispatchEvent(new Event('online')));
                });
                const result = await task.run();
                clearInterval(firing);
                Object.assign(window, { setTimeout, clearTimeout });
                Date.now = dateNow;
                delete performance.now;
                return { waits, gaps: [times[1] - times[0], times[2] - times[1]], result };
                """);

        assertThat(result.path("result").asString()).isEqualTo("arrived");
        assertThat(result.path("waits").get(0).asInt()).isBetween(3_000, 4_000);
        assertThat(result.path("waits").get(1).asInt()).isBetween(3_000, 4_000);
        assertThat(result.path("gaps").get(0).asInt()).isBetween(3_000, 4_000);
        assertThat(result.path("gaps").get(1).asInt()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void retriesImmediatelyOnRequest() {
        JsonNode result = run("retry-loop failure", """
                let attempts = 0;
                const task = new retry_loop.RetryLoop(() =>
                  ++attempts === 2 ? Promise.resolve('arrived') : Promise.reject(new failure.Failure('CAPTURE_STORE_FAILED', 60_000)));
                task.addEventListener('waiting', () => setTimeout(() => task.retryNow()));
                return await task.run();
                """);

        assertThat(result.asString()).isEqualTo("arrived");
    }

    @Test
    void doesNotRetryPermanentErrors() {
        JsonNode result = run("retry-loop failure", """
                let attempts = 0;
                const task = new retry_loop.RetryLoop(() => {
                  attempts++;
                  return Promise.reject(new failure.Failure('CAPTURE_NOT_AN_IMAGE'));
                });
                const code = await task.run().catch((stop) => stop.code);
                return { attempts, code };
                """);

        assertThat(result.path("attempts").asInt()).isEqualTo(1);
        assertThat(result.path("code").asString()).isEqualTo("CAPTURE_NOT_AN_IMAGE");
    }

    @ParameterizedTest
    @CsvSource({
        "abcd efgh, ABCDEFGH",
        "' abcd - efgh ', ABCDEFGH",
        "abcd–efgh, ABCDEFGH",
        "ＡＢＣＤ　ＥＦＧＨ, ABCDEFGH",
        "https://exam.example.com/capture#ABCDEFGH, ABCDEFGH",
        "https://exam.example.com/capture#ABCDEFGHABCDEFGHABCDEFGHABCD, ABCDEFGHABCDEFGHABCDEFGHABCD",
    })
    void normalizesCodes(String written, String code) {
        assertThat(run("pairing-link", "return pairing_link.normalizeCode(args[0])", written)
                        .asString())
                .isEqualTo(code);
        assertThat(run("pairing-link", "return pairing_link.isCode(args[0])", code)
                        .asBoolean())
                .isTrue();
    }

    /** A camera image with this brightness (0 to 1), blurred by this number of pixels at a width of 1,920. */
    @ParameterizedTest
    @CsvSource({
        "1920, 1080, 1, 0, ",
        "1920, 1080, 1, 1, ",
        "1920, 1080, 1, 8, blurred",
        "1920, 1080, 1, 20, blurred",
        "1920, 1080, 0.6, 0, ",
        "1920, 1080, 0.2, 0, dark",
        "1920, 1080, 0.05, 20, dark",
        "1080, 1920, 1, 0, turn",
        "1080, 1920, 0.05, 20, turn",
    })
    void assessesPictureQuality(int width, int height, double brightness, int blur, String verdict) {
        String scene = "data:image/jpeg;base64," + FakeCameraImage.base64();
        JsonNode result = run("picture", """
                const { qualityWarning } = await import('/pages/quality.js');
                const image = new Image();
                image.src = args[0];
                await image.decode();
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [args[1], args[2]];
                const context = canvas.getContext('2d');
                context.filter = `blur(${args[4]}px) brightness(${args[3]})`;
                context.drawImage(image, 0, 0, canvas.width, canvas.height);
                return qualityWarning(canvas, canvas.width, canvas.height);
                """, scene, width, height, brightness, blur);

        assertThat(result.isNull() ? null : result.asString()).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 | iPhone | iOS 17.5.1",
                "Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) AppleWebKit/605.1.15 | iPad | iOS 15.0",
                "Mozilla/5.0 (Linux; Android 14; SM-S921N Build/UP1A) AppleWebKit/537.36 | SM-S921N | Android 14",
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 | Android | Android 10",
                "Mozilla/5.0 (Android 13; Mobile; rv:126.0) Gecko/126.0 | Android | Android 13",
            })
    void readsModelFromUserAgent(String agent, String model, String osVersion) {
        JsonNode result = run("device", "return device.fromUserAgent(args[0])", agent);

        assertThat(result.path("model").asString()).isEqualTo(model);
        assertThat(result.path("osVersion").asString()).isEqualTo(osVersion);
    }
}
