package dev.mobilesync.web.pages;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose pages may have these in a frame, and are told there what happens.
 *
 * @param allowedOrigins the origins that may call the API from a browser, too
 */
@ConfigurationProperties("mobile-sync")
record FrameProperties(@DefaultValue List<String> allowedOrigins) {}
