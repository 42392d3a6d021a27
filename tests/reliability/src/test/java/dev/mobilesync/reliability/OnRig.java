package dev.mobilesync.reliability;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a class of rows: each method may have a {@link Rig} of that shape as a parameter. One rig runs at a time; classes of the
 * same shape that follow each other share it. Without RabbitMQ and Redis on this machine the class is skipped and says
 * why; where {@code CI} is {@code true} it runs, and fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RigExtension.class)
@EnabledIf(
        value = "dev.mobilesync.reliability.RigExtension#possible",
        disabledReason = "there is no /usr/lib/rabbitmq/bin/rabbitmq-server or no redis-server here")
@interface OnRig {

    Shape value() default Shape.STANDARD;
}
