package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Every test holds a shared file lock; an {@link Exclusive} class holds it exclusively. The JVMs of a build therefore run their
 * tests concurrently, except while such a class runs. It starts as soon as the current test of each other JVM ends. JUnit
 * finds this listener through {@code META-INF/services}.
 */
public final class ExclusiveLock implements TestExecutionListener {

    private static final Path LOCK = Repository.file("target/tests.lock");

    /** Held while waiting for the lock, so that shared requests do not overtake an exclusive one. */
    private static final Path QUEUE = Repository.file("target/tests-queue.lock");

    private @Nullable FileLock lock;

    @Override
    public void executionStarted(TestIdentifier test) {
        Class<?> type = topLevelClass(test);
        if (type != null) {
            acquire(type.isAnnotationPresent(Exclusive.class));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (topLevelClass(test) != null) {
            release();
        } else if (test.isTest() && lock != null && lock.isShared()) {
            release();
            acquire(false);
        }
    }

    private static @Nullable Class<?> topLevelClass(TestIdentifier test) {
        return test.getSource()
                .filter(ClassSource.class::isInstance)
                .map(source -> ((ClassSource) source).getJavaClass())
                .filter(type -> type.getEnclosingClass() == null)
                .orElse(null);
    }

    private void acquire(boolean exclusive) {
        try {
            Files.createDirectories(LOCK.getParent());
            try (FileChannel queue = open(QUEUE)) {
                queue.lock();
                lock = open(LOCK).lock(0, Long.MAX_VALUE, !exclusive);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void release() {
        FileLock held = lock;
        if (held == null) {
            return;
        }
        lock = null;
        try {
            held.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
