package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives rows their rig, and closes the last one when all tests are over. */
final class RigExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(RigExtension.class);

    /** For {@link OnRig}. */
    static boolean possible() {
        return "true".equals(System.getenv("CI")) || RabbitNodes.installed() && onPath("redis-server");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Rig.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Shape shape = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), OnRig.class)
                .orElseThrow()
                .value();
        Current current = requireNonNull(context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Current.class, key -> new Current(), Current.class));
        return current.of(shape);
    }

    private static final class Current implements AutoCloseable {

        private @Nullable Rig rig;

        private Rig of(Shape shape) {
            Rig running = rig;
            if (running != null && running.shape() == shape) {
                return running;
            }
            close();
            Rig started = Rig.start(shape);
            rig = started;
            return started;
        }

        @Override
        public void close() {
            if (rig != null) {
                rig.close();
                rig = null;
            }
        }
    }
}
