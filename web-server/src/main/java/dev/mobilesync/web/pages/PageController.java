package dev.mobilesync.web.pages;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.web.common.WebServerProperties;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Serves the pages and their configuration. Both are public: the API checks tokens. */
@Controller
class PageController {

    private final Config config;

    PageController(WebServerProperties properties) {
        WebServerProperties.Pages pages = properties.pages();
        this.config = new Config(
                pages.socketUrl(),
                pages.tokenUrl(),
                pages.completedUrl(),
                pages.fragmentTokens(),
                properties.allowedOrigins(),
                pages.examineeWord(),
                new PrivacyNotice(pages.privacyNoticeKo(), pages.privacyNoticeEn()),
                pages.reviewTime().toMillis());
    }

    /**
     * @param parentOrigins origins that receive the page's events if they frame it, and may give it a token
     * @param reviewTime in ms
     */
    private record Config(
            String socketUrl,
            @Nullable URI tokenUrl,
            @Nullable String completedUrl,
            boolean fragmentTokens,
            List<String> parentOrigins,
            String examineeWord,
            PrivacyNotice privacyNotice,
            long reviewTime) {}

    /** {@code null} for the page's own text. */
    private record PrivacyNotice(
            @Nullable String ko, @Nullable String en) {}

    @GetMapping("/capture")
    String capture() {
        return "forward:/pages/capture/index.html";
    }

    @GetMapping("/exam/mobile-sync")
    String examinee() {
        return "forward:/pages/exam/index.html";
    }

    @GetMapping("/proctor")
    String proctor() {
        return "forward:/pages/proctor/index.html";
    }

    @GetMapping("/pages/config.json")
    ResponseEntity<byte[]> config() {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noCache())
                .body(MessageCodec.mapper().writeValueAsBytes(config));
    }
}
