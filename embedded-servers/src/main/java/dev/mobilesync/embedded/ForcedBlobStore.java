package dev.mobilesync.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.blobstore.util.ForwardingBlobStore;

/** Answers a put when the object is on the disk, rather than in the operating system's memory. */
final class ForcedBlobStore extends ForwardingBlobStore {

    private final Path root;

    ForcedBlobStore(BlobStore blobStore, Path root) {
        super(blobStore);
        this.root = root;
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
                force(path);
                path = path.getParent();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return etag;
    }

    private static void force(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            file.force(true);
        }
    }
}
