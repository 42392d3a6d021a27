package dev.mobilesync.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestSummaryTests {

    private static final String PASSED = "<testcase classname='a.B'/>";

    private final Path root;

    TestSummaryTests(@TempDir Path root) {
        this.root = root;
    }

    @Test
    void countsByServersEachClassUsed() throws IOException {
        report("web-server/target/surefire-reports", "a.UnitTests", PASSED.repeat(3));
        report("web-server/target/failsafe-reports", "a.UploadIT", PASSED.repeat(5));
        note("web-server", "a.UploadIT", "REAL");
        report("tests/end-to-end/target/failsafe-reports", "a.ExamStepIT", PASSED.repeat(7));
        note("tests/end-to-end", "a.ExamStepIT", "EMBEDDED");

        assertThat(text()).isEqualToNormalizingNewlines("""
                     5 tests against real servers
                     7 tests against embedded servers
                     3 tests against no server
                15 passed, 0 failed, 0 skipped""");
    }

    @Test
    void countsMixedClassAsReal() throws IOException {
        report("m/target/failsafe-reports", "a.MixedIT", PASSED);
        note("m", "a.MixedIT", "EMBEDDED", "REAL", "EMBEDDED");

        assertThat(text()).contains("     1 tests against real servers");
    }

    @Test
    void countsEmbeddedRunAsEmbedded() throws IOException {
        report("m/target/failsafe-reports", "a.ContractIT", property("any") + PASSED.repeat(2));
        report("m/target/failsafe-reports-embedded", "a.ContractIT", property("embedded") + PASSED.repeat(2));
        note("m", "a.ContractIT", "REAL", "EMBEDDED");

        assertThat(text()).contains("2 tests against real", "2 tests against embedded", "0 tests against no");
    }

    @Test
    void countsNestedClassesWithOutermost() throws IOException {
        report("m/target/failsafe-reports", "a.StoreIT$Versioning", PASSED);
        note("m", "a.StoreIT", "EMBEDDED");

        assertThat(text()).contains("1 tests against embedded");
    }

    @Test
    void listsEachSkipReasonOnce() throws IOException {
        report(
                "m/target/failsafe-reports",
                "a.FirstIT",
                skipped("a.FirstIT", "no Redis") + skipped("a.FirstIT", "no Redis") + PASSED);
        report("m/target/failsafe-reports", "a.SecondIT", skipped("a.SecondIT$Inner", "no Redis"));
        report("n/target/failsafe-reports", "a.PageIT", skipped("a.PageIT", "no Chromium"));

        assertThat(text())
                .contains("     1 skipped: no Chromium (PageIT)", "     3 skipped: no Redis (FirstIT, SecondIT)")
                .endsWith("1 passed, 0 failed, 4 skipped");
    }

    @Test
    void countsFailuresAndErrors() throws IOException {
        report(
                "m/target/surefire-reports",
                "a.BTests",
                PASSED
                        + "<testcase classname='a.B'><failure/></testcase><testcase classname='a.B'><error/></testcase>");

        assertThat(text()).endsWith("1 passed, 2 failed, 0 skipped");
    }

    @Test
    void readsReportsOnly() throws IOException {
        report("m/target/other-reports", "a.BTests", PASSED);
        report("m/src/failsafe-reports", "a.BTests", PASSED);
        write("m/target/surefire-reports/a.BTests.txt", "Tests run: 1");

        assertThat(text()).endsWith("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void failsOnUnreadableReport() throws IOException {
        write("m/target/surefire-reports/TEST-a.BTests.xml", "<testsuite");

        assertThatIOException().isThrownBy(this::text).withMessageContaining("TEST-a.BTests.xml");
    }

    @Test
    void isCompleteIfBothKindsRanAndPassed() throws IOException {
        report("m/target/failsafe-reports", "a.RealIT", PASSED);
        note("m", "a.RealIT", "REAL");
        assertIncomplete();

        report("m/target/failsafe-reports", "a.EmbeddedIT", PASSED);
        note("m", "a.EmbeddedIT", "EMBEDDED");
        assertThat(TestSummary.of(root).isComplete()).isTrue();
        assertThatCode(() -> print("strict")).doesNotThrowAnyException();

        report("m/target/failsafe-reports", "a.OtherIT", skipped("a.OtherIT", "no Docker"));
        assertIncomplete();
        report("m/target/failsafe-reports", "a.OtherIT", "<testcase classname='a.B'><failure/></testcase>");
        assertIncomplete();
    }

    private void assertIncomplete() throws IOException {
        assertThat(TestSummary.of(root).isComplete()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> print("strict"));
        assertThatCode(() -> print("lenient")).doesNotThrowAnyException();
    }

    private void print(String mode) throws IOException {
        TestSummary.print(new String[] {root.toString(), mode}, new PrintStream(OutputStream.nullOutputStream()));
    }

    private String text() throws IOException {
        return TestSummary.of(root).text();
    }

    private void report(String directory, String testClass, String content) throws IOException {
        write(
                directory + "/TEST-" + testClass + ".xml",
                "<?xml version='1.0'?><testsuite name='" + testClass + "'>" + content + "</testsuite>");
    }

    private static String property(String servers) {
        return "<properties><property name='test.servers' value='" + servers + "'/></properties>";
    }

    private static String skipped(String testClass, String reason) {
        return "<testcase classname='" + testClass + "'><skipped message='" + reason + "'/></testcase>";
    }

    /** Writes a record like {@link ServerUsage}. */
    private void note(String module, String testClass, String... kinds) throws IOException {
        write(module + "/target/server-usage/" + testClass, String.join("\n", kinds) + "\n");
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
