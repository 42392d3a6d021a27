package dev.mobilesync.service.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class RenamedKeysEnvironmentPostProcessorTests {

    private static final String NEW_KEY = "mobile-sync.retry-initial-interval";

    @Configuration(proxyBeanMethods = false)
    static class Empty {}

    @Test
    void acceptsOldKey(CapturedOutput output) {
        assertThat(value("--mobile-sync.pauses.first-retry=7s")).isEqualTo("7s");
        assertThat(output)
                .contains("WARN")
                .contains(
                        "mobile-sync.pauses.first-retry (MOBILE_SYNC_PAUSES_FIRST_RETRY) is deprecated; its new name is "
                                + "mobile-sync.retry-initial-interval (MOBILE_SYNC_RETRY_INITIAL_INTERVAL)");
    }

    @ParameterizedTest
    @MethodSource("renamedKeys")
    void acceptsEachOldKey(String oldName, String newName) {
        try (ConfigurableApplicationContext context = application().run("--mobile-sync." + oldName + "=7")) {
            assertThat(context.getEnvironment().getProperty("mobile-sync." + newName))
                    .isEqualTo("7");
        }
    }

    static Stream<Arguments> renamedKeys() {
        return RenamedKeysEnvironmentPostProcessor.RENAMED.entrySet().stream()
                .map(names -> Arguments.of(names.getKey(), names.getValue()));
    }

    @Test
    void acceptsOldVariable(CapturedOutput output) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        "test-systemEnvironment", Map.of("MOBILE_SYNC_PAUSES_FIRST_RETRY", "8s")));
        SpringApplication application = application();
        application.setEnvironment(environment);
        assertThat(value(application)).isEqualTo("8s");
        assertThat(output).contains("MOBILE_SYNC_PAUSES_FIRST_RETRY").doesNotContain("8s");
    }

    @Test
    void newKeyWins(CapturedOutput output) {
        assertThat(value("--mobile-sync.pauses.first-retry=7s", "--" + NEW_KEY + "=9s"))
                .isEqualTo("9s");
        assertThat(output).contains("is deprecated and ignored, because its new name is also set: " + NEW_KEY);
    }

    @Test
    void isSilentWithoutOldKeys(CapturedOutput output) {
        assertThat(value("--" + NEW_KEY + "=9s")).isEqualTo("9s");
        assertThat(output).doesNotContain("deprecated");
    }

    @Test
    void newKeysAreDocumented() throws IOException {
        String document = Files.readString(Repository.file("docs/configuration.md"));
        assertThat(RenamedKeysEnvironmentPostProcessor.RENAMED.values()).allSatisfy(key -> assertThat(document)
                .containsAnyOf(
                        "`" + key.substring(key.indexOf('.') + 1) + "`",
                        "`MOBILE_SYNC_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")));
    }

    private static String value(String... arguments) {
        return value(application(), arguments);
    }

    private static String value(SpringApplication application, String... arguments) {
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            return Binder.get(context.getEnvironment())
                    .bind(NEW_KEY, String.class)
                    .get();
        }
    }

    private static SpringApplication application() {
        SpringApplication application = new SpringApplication(Empty.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application;
    }
}
