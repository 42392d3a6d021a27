package dev.mobilesync.browser;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Several JVMs run this module's tests concurrently under a shared lock. An {@link Exclusive} class acquires it exclusively as
 * soon as the current test of each other JVM ends.
 */
final class ExclusiveLockExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private static final Path LOCK = Path.of("target", "tests.lock");

    /** Held while waiting for the lock, so that shared requests do not overtake an exclusive one. */
    private static final Path QUEUE = Path.of("target", "tests-queue.lock");

    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(ExclusiveLockExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        acquire(store(context), isExclusive(context));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!isExclusive(context)) {
            release(store(context));
            acquire(store(context), false);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        release(store(context));
    }

    /** One lock per JVM, whose classes run sequentially. */
    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getRoot().getStore(STORE);
    }

    private static boolean isExclusive(ExtensionContext context) {
        return context.getRequiredTestClass().isAnnotationPresent(Exclusive.class);
    }

    private static void acquire(ExtensionContext.Store store, boolean exclusive) throws IOException {
        try (FileChannel queue = open(QUEUE)) {
            queue.lock();
            store.put(FileLock.class, open(LOCK).lock(0, Long.MAX_VALUE, !exclusive));
        }
    }

    private static void release(ExtensionContext.Store store) throws IOException {
        FileLock lock = store.remove(FileLock.class, FileLock.class);
        if (lock != null) {
            lock.channel().close();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
