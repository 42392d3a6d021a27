package dev.mobilesync.web.pages;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which sites may frame the pages and receive their events.
 *
 * @param allowedOrigins origins that may also call the API from a browser
 */
@ConfigurationProperties("mobile-sync")
record FrameProperties(@DefaultValue List<String> allowedOrigins) {}
