package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class WebhookConfigurationTests {

    @Test
    void rejectsVariableThatIsNotRead() {
        assertThatThrownBy(() -> WebhookConfiguration.requireReadableVariables(
                        environment("MOBILE_SYNC_WEBHOOK_ENDPOINTS_ACME_URL")))
                .hasMessageContaining("MOBILESYNC_WEBHOOK_ENDPOINTS_");
    }

    @Test
    void acceptsOtherVariables() {
        for (String name : new String[] {"MOBILESYNC_WEBHOOK_ENDPOINTS_ACME_URL", "MOBILE_SYNC_WEBHOOK_URL"}) {
            assertThatCode(() -> WebhookConfiguration.requireReadableVariables(environment(name)))
                    .doesNotThrowAnyException();
        }
    }

    private static StandardEnvironment environment(String variable) {
        StandardEnvironment environment = new StandardEnvironment();
        String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(source, new SystemEnvironmentPropertySource(source, Map.of(variable, "x")));
        return environment;
    }
}
