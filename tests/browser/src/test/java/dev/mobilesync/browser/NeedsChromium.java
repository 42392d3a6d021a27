package dev.mobilesync.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Marks tests that open a {@link Browser}. They are skipped with a reason if Chromium or its driver is missing; with
 * {@code CI=true} they run and fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@EnabledIf(
        value = "dev.mobilesync.browser.Chromium#isAvailable",
        disabledReason = "there is no Chromium with its driver here (CHROMIUM and CHROMEDRIVER may say where they are)")
@interface NeedsChromium {}
