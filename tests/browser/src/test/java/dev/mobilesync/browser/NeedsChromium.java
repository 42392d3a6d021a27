package dev.mobilesync.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a test that opens a {@link Browser}: it is skipped, and says why, where there is no Chromium with its driver; where
 * {@code CI} is {@code true} it runs, and fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(ExclusiveLockExtension.class)
@EnabledIf(
        value = "dev.mobilesync.browser.Chromium#available",
        disabledReason = "there is no Chromium with its driver here (CHROMIUM and CHROMEDRIVER may say where they are)")
@interface NeedsChromium {}
