package dev.mobilesync.testsupport;

import dev.mobilesync.embedded.EmbeddedStore;
import java.nio.file.Path;

/** {@link OwnStore}'s process: data folder, port. */
final class StoreMain {

    static final String UP = "store is up";

    private StoreMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (EmbeddedStore store = EmbeddedStore.start(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                OwnStore.ACCESS_KEY,
                OwnStore.SECRET_KEY,
                OwnStore.BUCKET)) {
            System.out.println(UP + " at " + store.endpoint());
            Thread.currentThread().join();
        }
    }
}
