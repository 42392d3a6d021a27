package dev.mobilesync.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.web.common.WebServerProperties;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentSecurityPolicyTests {

    private String host = "exam.example.com";

    @Test
    void allowsSocketsOnConfiguredPortOnly() {
        for (String name : new String[] {"exam.example.com", "exam.example.com:8443"}) {
            host = name;
            assertThat(policy(":8081/ws", null))
                    .contains("connect-src 'self' ws://exam.example.com:8081 wss://exam.example.com:8081;");
        }
    }

    @Test
    void allowsSocketsOnItsOwnPortOnly() {
        assertThat(policy("/ws", null)).contains("connect-src 'self' ws://exam.example.com wss://exam.example.com;");
        host = "exam.example.com:8443";
        assertThat(policy("/ws", null))
                .contains("connect-src 'self' ws://exam.example.com:8443 wss://exam.example.com:8443;");
    }

    @Test
    void omitsHostThatPoliciesCannotName() {
        for (String name :
                new String[] {"[::1]", "a b", "a;script-src *", "*", "a/b", "", "a,b", "a:b", "null:x", "*.example.com"
                }) {
            host = name;
            assertThat(policy(":8081/ws", null)).as(name).contains("connect-src 'self';");
        }
    }

    @Test
    void namesConfiguredSocketHost() {
        assertThat(policy("wss://sync.example.com:8443/ws", null))
                .contains("connect-src 'self' wss://sync.example.com:8443;");
    }

    @Test
    void namesTokenOrigin() {
        assertThat(policy("wss://sync.example.com/ws", "https://exam.example.com/api/token?for=sync"))
                .contains("connect-src 'self' wss://sync.example.com https://exam.example.com;");
        assertThat(policy("wss://sync.example.com/ws", "/token"))
                .contains("connect-src 'self' wss://sync.example.com;");
    }

    @Test
    void letsOnlyAllowedOriginsFramePages() {
        assertThat(policy("/ws", null)).endsWith("frame-ancestors 'self'");
        assertThat(policy("/ws", null, "https://exam.example.com", "https://b.example.com"))
                .endsWith("frame-ancestors 'self' https://exam.example.com https://b.example.com");
    }

    @Test
    void allowsNoInlineScriptOrStyle() {
        assertThat(policy("/ws", null)).startsWith("default-src 'self';").doesNotContain("unsafe", "script-src", "*");
    }

    private String policy(String socketUrl, @Nullable String tokenUrl, String... allowedOrigins) {
        WebServerProperties.Pages properties = new WebServerProperties.Pages(
                socketUrl,
                tokenUrl == null ? null : URI.create(tokenUrl),
                null,
                false,
                "수험자",
                null,
                null,
                Duration.ZERO);
        return new ContentSecurityPolicy(properties, List.of(allowedOrigins)).of(host);
    }
}
