package dev.mobilesync.standalone;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs startup tasks concurrently. */
final class StartupTasks {

    private StartupTasks() {}

    /** Runs the task on a new thread. */
    static <T> CompletableFuture<T> start(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, runnable -> new Thread(runnable, "mobile-sync-start").start());
    }

    /** Runs the task, which starts a service, on a new thread of the service. */
    static <T> CompletableFuture<T> startService(String service, Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, runnable -> ServiceThreads.newStartThread(service, runnable)
                .start());
    }

    /**
     * Returns all results, in order.
     *
     * @param undo called with each result if another task fails
     * @throws RuntimeException of the first task that failed
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
