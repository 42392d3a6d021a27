package dev.mobilesync.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks and cleans the files of the blob store. */
record StoreFiles(Path root) {

    /** Present on every complete object: the blob store writes it after the content. */
    private static final String DIGEST_ATTRIBUTE = "content-md5";

    /** Name of a file that the blob store is writing; it renames the file when it is complete. */
    private static final Pattern UNFINISHED = Pattern.compile(".*-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** Checks this at start, because the blob store ignores failures to write metadata: captures would have no examinee. */
    void requireExtendedAttributes() throws IOException {
        Path probe = Files.createTempFile(root.getParent(), "probe", null);
        try {
            attributes(probe).write("probe", ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException | UnsupportedOperationException e) {
            throw new EmbeddedServerException(
                    "The embedded object store cannot use %s: its file system keeps no extended attributes"
                            .formatted(root),
                    e);
        } finally {
            Files.delete(probe);
        }
    }

    /**
     * Deletes files left unfinished by a killed JVM or a full disk, on which a listing fails.
     *
     * @param unchangedFor minimum age of their last change; if too short, files that are being written are deleted
     */
    void deleteUnfinished(Duration unchangedFor) throws IOException {
        FileTime before = FileTime.from(Instant.now().minus(unchangedFor));
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(this::isUnfinished).toList()) {
                if (Files.getLastModifiedTime(file).compareTo(before) <= 0) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Whether the name is that of a file being written, not of an object. */
    static boolean isUnfinished(String name) {
        return UNFINISHED.matcher(name).matches();
    }

    private boolean isUnfinished(Path file) {
        return isUnfinished(file.getFileName().toString()) && Files.isRegularFile(file) && !hasDigest(file);
    }

    private static boolean hasDigest(Path file) {
        try {
            List<String> names = attributes(file).list();
            return names.contains(DIGEST_ATTRIBUTE);
        } catch (IOException e) {
            return true;
        }
    }

    private static UserDefinedFileAttributeView attributes(Path file) {
        @Nullable
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        if (view == null) {
            throw new UnsupportedOperationException("user-defined attributes");
        }
        return view;
    }
}
