package dev.mobilesync.standalone;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Starts several things at once. */
final class StartupTasks {

    private StartupTasks() {}

    /** On a thread of its own, which sees the classes that this one sees; the pool's threads would not, in a fat jar. */
    static <T> CompletableFuture<T> start(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> new Thread(task, "mobile-sync-start").start());
    }

    /**
     * All results, in order.
     *
     * @param undo what to do with those that did start, if one does not
     * @throws RuntimeException the first one's that did not start
     */
    static <T> List<T> join(List<CompletableFuture<T>> starting, Consumer<? super T> undo) {
        try {
            return starting.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            starting.forEach(each -> each.thenAccept(undo));
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
