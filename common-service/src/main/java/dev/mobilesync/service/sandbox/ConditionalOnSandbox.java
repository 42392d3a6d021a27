package dev.mobilesync.service.sandbox;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** A configuration that exists only if {@code mobile-sync.sandbox-prefix} is not empty. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnSandbox.HasPrefix.class)
public @interface ConditionalOnSandbox {

    /** Whether the prefix is not empty. */
    final class HasPrefix implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasLength(context.getEnvironment().getProperty("mobile-sync.sandbox-prefix"));
        }
    }
}
