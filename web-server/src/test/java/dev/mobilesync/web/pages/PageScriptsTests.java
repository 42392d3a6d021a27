package dev.mobilesync.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

class PageScriptsTests {

    private static final String MAKES_HTML_OR_CODE =
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|"
                    + "createContextualFragment|DOMParser|srcdoc|setHTMLUnsafe|javascript:";

    private static final Pattern MODULE_SCRIPT = Pattern.compile("<script type=\"module\" src=\"([^\"]+)\"");
    private static final Pattern MODULE_PRELOAD = Pattern.compile("<link rel=\"modulepreload\" href=\"([^\"]+)\"");
    private static final Pattern STATIC_IMPORT =
            Pattern.compile("(?m)^(?:import|export)\\b(?:[^;'\"]*?\\bfrom)?\\s*['\"](\\.\\.?/[^'\"]+)['\"]");

    /** The browser requests all modules at once, and not each after the module that imports it. */
    @ParameterizedTest
    @CsvSource({"exam, /exam/mobile-sync", "capture, /capture", "proctor, /proctor"})
    void pagePreloadsAllItsModules(String page, URI address) throws IOException {
        String html = text("/pages/" + page + "/index.html");
        Set<String> entries = references(MODULE_SCRIPT, html, address);
        Set<String> modules = new TreeSet<>();
        Deque<String> unread = new ArrayDeque<>(entries);
        while (!unread.isEmpty()) {
            String module = unread.pop();
            if (modules.add(module) && module.startsWith("/pages/")) {
                unread.addAll(references(STATIC_IMPORT, text(module), URI.create(module)));
            }
        }
        modules.removeAll(entries);
        assertThat(references(MODULE_PRELOAD, html, address)).isEqualTo(modules).isNotEmpty();
    }

    private static Set<String> references(Pattern pattern, String text, URI base) {
        return pattern.matcher(text)
                .results()
                .map(found -> base.resolve(found.group(1)).getPath())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(String path) throws IOException {
        return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
    }

    /** Scripts show foreign text (a reason, a phone's model) as text. */
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
