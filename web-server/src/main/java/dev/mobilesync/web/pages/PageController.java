package dev.mobilesync.web.pages;

import dev.mobilesync.messages.MessageCodec;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The addresses of the pages, and what the pages have to know. Whoever opens one shows a token to the API, not here. */
@Controller
@EnableConfigurationProperties(PageSettings.class)
class PageController {

    private final PageSettings settings;

    PageController(PageSettings settings) {
        this.settings = settings;
    }

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
                .body(MessageCodec.mapper().writeValueAsBytes(settings));
    }
}
