package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Marks tests that run against {@link S3Gateway} instead of the embedded store, as part of {@code mvn verify -Pfull}. Without
 * a gateway they are skipped with a reason; with {@code CI=true} they fail.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.S3Gateway#isAvailable", disabledReason = S3Gateway.SKIP_REASON)
public @interface NeedsS3Gateway {}
