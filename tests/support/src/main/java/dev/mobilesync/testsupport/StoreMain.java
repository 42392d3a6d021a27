package dev.mobilesync.testsupport;

import dev.mobilesync.embedded.EmbeddedStore;
import java.nio.file.Path;

/** The main class of {@link StoreProcess}; the arguments are the data directory and the port. */
final class StoreMain {

    static final String UP = "store is up";

    private StoreMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (EmbeddedStore store = EmbeddedStore.start(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                StoreProcess.ACCESS_KEY,
                StoreProcess.SECRET_KEY,
                StoreProcess.BUCKET)) {
            System.out.println(UP + " at " + store.endpoint());
            Thread.currentThread().join();
        }
    }
}
