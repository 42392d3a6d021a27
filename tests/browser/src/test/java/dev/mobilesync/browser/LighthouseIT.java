package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.Exclusive;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.Shell;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Lighthouse's scores of the three pages. Its reports are in {@code target/lighthouse}. */
@Tag("slow")
@Exclusive
@NeedsChromium
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class LighthouseIT {

    private static final int MIN_SCORE = 95;
    private static final double MAX_LAYOUT_SHIFT = 0.1;
    /** The best of several runs counts, because other load on the machine lowers the score for performance. */
    private static final int RUNS = 3;

    private final RunningApplication application = RunningApplication.shared();

    @ParameterizedTest
    @CsvSource({
        "exam, mobile",
        "exam, desktop",
        "phone, mobile",
        "phone, desktop",
        "proctor, mobile",
        "proctor, desktop",
    })
    void scoresHigh(String page, String form) throws IOException {
        JsonNode best = null;
        for (int run = 0; run < RUNS && (best == null || performance(best) < MIN_SCORE); run++) {
            JsonNode scores = audit(page, form);
            best = best == null || performance(scores) > performance(best) ? scores : best;
        }
        assertThat(best).isNotNull();
        for (String category : new String[] {"performance", "accessibility", "best-practices"}) {
            assertThat(best.path(category).asInt())
                    .as("%s of %s: %s", category, page, best)
                    .isGreaterThanOrEqualTo(MIN_SCORE);
        }
        assertThat(best.path("layoutShift").asDouble())
                .as("layout shift of %s", page)
                .isLessThan(MAX_LAYOUT_SHIFT);
    }

    private static int performance(JsonNode scores) {
        return scores.path("performance").asInt();
    }

    private JsonNode audit(String page, String form) throws IOException {
        Path reports = Files.createDirectories(Path.of("target", "lighthouse"));
        Path program = OtherBrowsersIT.PROGRAMS.install().resolve("lighthouse.mjs");
        String output = Shell.run(
                "node",
                program.toString(),
                address(page),
                form,
                reports.resolve(page + "-" + form + ".html").toAbsolutePath().toString());
        System.out.println(page + ", " + form + ": " + output.strip());
        return MessageCodec.mapper().readTree(output);
    }

    private String address(String page) {
        return switch (page) {
            case "exam" -> new SimulatedExaminee(application).page();
            case "phone" -> application.web() + "/capture";
            default -> application.page("/proctor", TestTokens.proctor("kim", SimulatedExaminee.PLAN));
        };
    }
}
