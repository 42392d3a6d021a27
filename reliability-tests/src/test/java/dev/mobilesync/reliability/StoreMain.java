package dev.mobilesync.reliability;

import dev.mobilesync.embedded.EmbeddedStore;
import java.nio.file.Path;

/** The S3 server in a JVM of its own: data folder, port. */
final class StoreMain {

    static final String ACCESS_KEY = "reliability";
    static final String SECRET_KEY = "reliability-secret";
    static final String BUCKET = "captures";
    static final String UP = "store is up";

    private StoreMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (EmbeddedStore store = EmbeddedStore.start(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), ACCESS_KEY, SECRET_KEY, BUCKET)) {
            System.out.println(UP + " at " + store.endpoint());
            Thread.currentThread().join();
        }
    }
}
