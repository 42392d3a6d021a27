package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Records the kind of servers of each test class in {@code target/server-usage} for {@link TestSummary}. JUnit finds this
 * listener through {@code META-INF/services}.
 */
public final class ServerUsage implements TestExecutionListener {

    static final Path DIRECTORY = Path.of("target", "server-usage");

    private static volatile String testClass = "";

    @Override
    public void executionStarted(TestIdentifier test) {
        test.getSource()
                .filter(ClassSource.class::isInstance)
                .map(ClassSource.class::cast)
                .ifPresent(source -> testClass = outermost(source.getClassName()));
    }

    static String outermost(String className) {
        int nested = className.indexOf('$');
        return nested < 0 ? className : className.substring(0, nested);
    }

    /** Records that the current test class uses these servers. */
    public static void record(ServerKind kind) {
        if (testClass.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(
                    DIRECTORY.resolve(testClass),
                    kind.name() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
