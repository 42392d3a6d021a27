package dev.mobilesync.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks test classes that must pass on real and on embedded servers. They use {@link TestServers#open()} or
 * {@link TestServers#shared()}. {@code mvn verify} runs them once, {@code mvn verify -Pfull} a second time on the embedded
 * servers.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("contract")
public @interface ServerContract {}
