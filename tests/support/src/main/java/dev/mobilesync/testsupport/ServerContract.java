package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks test classes that use {@link TestServers#open()} or {@link TestServers#shared()} and must pass on every kind of
 * servers. {@code mvn verify} runs them once, {@code mvn verify -Pfull} again on the embedded servers.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("contract")
public @interface ServerContract {}
