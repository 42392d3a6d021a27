package dev.mobilesync.reliability;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Orders classes by their cluster topology. Configured in {@code junit-platform.properties}. */
final class TopologyOrder implements ClassOrderer {

    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing(TopologyOrder::topology).thenComparing(ClassDescriptor::getDisplayName));
    }

    private static int topology(ClassDescriptor descriptor) {
        return descriptor
                .findAnnotation(WithCluster.class)
                .map(annotation -> annotation.value().ordinal())
                .orElse(-1);
    }
}
