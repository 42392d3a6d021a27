package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * On a test that opens {@link RealServers}: it is skipped, and says why, where there are none to be had; where {@code CI}
 * is {@code true} it runs, and fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "dev.mobilesync.testsupport.RealServers#available", disabledReason = RealServers.NONE)
public @interface NeedsRealServers {}
