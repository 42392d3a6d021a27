package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.testsupport.ServerKind;
import dev.mobilesync.testsupport.ServerUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Injects the {@link TestCluster} of a class; closes the last one after all tests. */
final class ClusterExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);

    /** The condition of {@link WithCluster}. */
    static boolean isAvailable() {
        return "true".equals(System.getenv("CI")) || RabbitCluster.isInstalled() && isOnPath("redis-server");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ClusterTopology topology = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), WithCluster.class)
                .orElseThrow()
                .value();
        ServerUsage.record(ServerKind.REAL);
        Current current = requireNonNull(context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Current.class, key -> new Current(), Current.class));
        return current.of(topology);
    }

    private static final class Current implements AutoCloseable {

        private @Nullable TestCluster cluster;

        private TestCluster of(ClusterTopology topology) {
            TestCluster running = cluster;
            if (running != null && running.topology() == topology) {
                return running;
            }
            if (running != null && running.topology().hasServersOf(topology)) {
                running.changeTo(topology);
                return running;
            }
            close();
            TestCluster started = TestCluster.start(topology);
            cluster = started;
            return started;
        }

        @Override
        public void close() {
            if (cluster != null) {
                cluster.close();
                cluster = null;
            }
        }
    }
}
