package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * On tests that repeat on {@link S3Gateway} what the default run proves on the embedded store: part of
 * {@code mvn verify -Pfull}, skipped with a reason where there is no gateway, failing there if {@code CI} is {@code true}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.S3Gateway#available", disabledReason = S3Gateway.NONE)
public @interface NeedsS3Gateway {}
