package dev.mobilesync.web.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.web.capture.UploadFaultInjector;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** {@code SandboxIT} of tests/end-to-end shows the faults. */
@ExtendWith(OutputCaptureExtension.class)
class SandboxConfigurationTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class, SandboxConfiguration.class);

    @EnableConfigurationProperties(ServiceProperties.class)
    static class Bound {}

    @ParameterizedTest
    @ValueSource(strings = {"other=x", "mobile-sync.sandbox-prefix="})
    void isOffByDefault(String property, CapturedOutput output) {
        runner.withPropertyValues(property).run(context -> {
            assertThat(context).doesNotHaveBean(UploadFaultInjector.class).doesNotHaveBean(MappedInterceptor.class);
            assertThat(output).doesNotContain("sandbox");
        });
    }

    @Test
    void warnsWhenOn(CapturedOutput output) {
        runner.withPropertyValues("mobile-sync.sandbox-prefix=trial-").run(context -> {
            assertThat(context).hasSingleBean(UploadFaultInjector.class).hasSingleBean(MappedInterceptor.class);
            assertThat(output).containsOnlyOnce("WARN").contains("\"trial-\"", "MOBILE_SYNC_SANDBOX_PREFIX");
        });
    }

    @Test
    void documentationListsEachFault() throws IOException {
        String page = Files.readString(Repository.file("docs/integration.md"));
        List<String> documented = Pattern.compile("(?m)^\\| `sandbox-([a-z-]+)` \\|")
                .matcher(page)
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(documented)
                .containsAll(Arrays.stream(SandboxFault.values())
                        .map(SandboxFault::faultName)
                        .toList())
                .contains("stall", "timeout", "state-change-failed")
                .hasSize(SandboxFault.values().length + 3);
    }
}
