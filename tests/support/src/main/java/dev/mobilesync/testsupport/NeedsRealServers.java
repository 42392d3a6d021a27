package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Marks tests that open {@link RealServers}. They are skipped with a reason if none are available; with {@code CI=true}
 * they run and fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "dev.mobilesync.testsupport.RealServers#isAvailable", disabledReason = RealServers.SKIP_REASON)
public @interface NeedsRealServers {}
