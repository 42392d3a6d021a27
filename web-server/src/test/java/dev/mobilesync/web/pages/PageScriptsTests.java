package dev.mobilesync.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Scripts show foreign text (a reason, a phone's model) as text: none makes HTML or code of a string. */
class PageScriptsTests {

    private static final String MAKES_HTML_OR_CODE =
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|"
                    + "createContextualFragment|DOMParser|srcdoc|setHTMLUnsafe|javascript:";

    @Test
    void doNotEvaluateStringsAsHtmlOrCode() throws IOException {
        Resource[] scripts = new PathMatchingResourcePatternResolver().getResources("classpath*:pages/**/*.js");
        assertThat(scripts).hasSizeGreaterThan(10);
        for (Resource script : scripts) {
            assertThat(script.getContentAsString(StandardCharsets.UTF_8))
                    .as(script.getFilename())
                    .doesNotContainPattern(MAKES_HTML_OR_CODE);
        }
    }
}
