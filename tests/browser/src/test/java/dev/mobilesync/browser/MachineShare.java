package dev.mobilesync.browser;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two JVMs run this module's test classes beside each other, by a lock that they share; an {@link Alone} one has it alone. */
final class MachineShare implements BeforeAllCallback, AfterAllCallback {

    private static final Path FILE = Path.of("target", "machine.lock");
    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(MachineShare.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        boolean alone = context.getRequiredTestClass().isAnnotationPresent(Alone.class);
        FileChannel file =
                FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        context.getStore(STORE).put(FileLock.class, file.lock(0, Long.MAX_VALUE, !alone));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        FileLock lock = context.getStore(STORE).remove(FileLock.class, FileLock.class);
        if (lock != null) {
            lock.channel().close();
        }
    }
}
