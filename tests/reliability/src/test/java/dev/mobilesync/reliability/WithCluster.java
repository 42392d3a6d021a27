package dev.mobilesync.reliability;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class of slow scenarios, whose methods may take a {@link TestCluster} of the topology as a parameter. One cluster
 * runs at a time; classes of the same topology run in succession and share it. Without RabbitMQ and Redis on this machine
 * the class is skipped with a reason; with {@code CI=true} it runs and fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("slow")
@ExtendWith(ClusterExtension.class)
@EnabledIf(
        value = "dev.mobilesync.reliability.ClusterExtension#isAvailable",
        disabledReason = "there is no /usr/lib/rabbitmq/bin/rabbitmq-server or no redis-server here")
@interface WithCluster {

    ClusterTopology value() default ClusterTopology.STANDARD;
}
