package dev.mobilesync.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.PageSet;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.domain.internal.PageSetImpl;
import org.jclouds.blobstore.options.ListContainerOptions;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;

/**
 * Forces an object to disk before a put returns. Repeats a listing that fails because a file is being written, and omits
 * unfinished files.
 */
final class FsyncBlobStore extends ForwardingBlobStore {

    private static final int LIST_ATTEMPTS = 50;

    /** Minimum age of an abandoned file: longer than any request. */
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(1);

    private final Path root;
    private final StoreFiles files;

    FsyncBlobStore(BlobStore blobStore, Path root, StoreFiles files) {
        super(blobStore);
        this.root = root;
        this.files = files;
    }

    @Override
    public String putBlob(String container, Blob blob) {
        return putBlob(container, blob, PutOptions.NONE);
    }

    @Override
    public String putBlob(String container, Blob blob, PutOptions options) {
        String etag = super.putBlob(container, blob, options);
        Path bucket = root.resolve(container);
        try {
            Path path = bucket.resolve(blob.getMetadata().getName());
            while (path != null && path.startsWith(bucket)) {
                fsync(path);
                path = path.getParent();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return etag;
    }

    @Override
    public PageSet<? extends StorageMetadata> list(String container, ListContainerOptions options) {
        int attempt = 1;
        while (true) {
            try {
                return withoutUnfinished(super.list(container, options));
            } catch (RuntimeException e) {
                // Listing fails on a file that is being written or that a full disk left unfinished.
                if (attempt == LIST_ATTEMPTS || !(e.getCause() instanceof FileSystemException)) {
                    throw e;
                }
                if (attempt++ == 1) {
                    deleteAbandoned();
                }
            }
        }
    }

    private static PageSet<? extends StorageMetadata> withoutUnfinished(PageSet<? extends StorageMetadata> page) {
        return new PageSetImpl<>(
                page.stream()
                        .filter(object -> !StoreFiles.isUnfinished(object.getName()))
                        .toList(),
                page.getNextMarker());
    }

    private void deleteAbandoned() {
        try {
            files.deleteUnfinished(ABANDONED_AFTER);
        } catch (IOException | UncheckedIOException e) {
            // The next listing retries.
        }
    }

    private static void fsync(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.force(true);
        }
    }
}
