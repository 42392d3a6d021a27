package dev.mobilesync.web.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodySpoolTests {

    private static final Random RANDOM = new Random(1);
    private static final int BLOCK = BodySpool.BLOCK_BYTES;

    private final Path directory;
    private final BodySpool spool;

    BodySpoolTests(@TempDir Path directory) {
        this.directory = directory;
        this.spool = new BodySpool(2L * BLOCK, 3L * BLOCK, directory);
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    /** Appends pieces of odd sizes, which end within blocks. */
    @Test
    void returnsWhatWasAppended() throws IOException {
        byte[] bytes = random(4 * BLOCK + 17);
        BodySpool.Body body = spool.newBody();
        for (int from = 0; from < bytes.length; from += 5_001) {
            assertThat(body.append(ByteBuffer.wrap(bytes, from, Math.min(5_001, bytes.length - from))))
                    .isTrue();
        }

        assertThat(body.open().readAllBytes()).isEqualTo(bytes);
        assertThat(body.open().readAllBytes()).as("a second time").isEqualTo(bytes);
    }

    @Test
    void movesFullBlocksToFileWhenHalfOfMemoryIsInUse() throws IOException {
        try (BodySpool larger = new BodySpool(4L * BLOCK, 4L * BLOCK, directory)) {
            byte[] bytes = random(5 * BLOCK);
            BodySpool.Body body = larger.newBody();
            assertThat(body.append(ByteBuffer.wrap(bytes))).isTrue();
            assertThat(larger.memoryBytes()).isEqualTo(3L * BLOCK);
            assertThat(larger.fileBytes()).isEqualTo(2L * BLOCK);
            assertThat(body.open().readAllBytes()).isEqualTo(bytes);
            body.release();
            assertThat(larger.memoryBytes() + larger.fileBytes()).isZero();
        }
    }

    @Test
    void keepsBodiesApart() throws IOException {
        List<BodySpool.Body> bodies = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            bodies.add(spool.newBody());
            contents.add(random(BLOCK));
        }
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 5; i++) {
                bodies.get(i).append(ByteBuffer.wrap(contents.get(i), half * BLOCK / 2, BLOCK / 2));
            }
        }

        for (int i = 0; i < 5; i++) {
            assertThat(bodies.get(i).open().readAllBytes()).isEqualTo(contents.get(i));
        }
    }

    @Test
    void usesMemoryThenDiskUpToLimit() throws IOException {
        BodySpool.Body body = spool.newBody();
        assertThat(body.append(ByteBuffer.allocate(2 * BLOCK))).isTrue();
        assertThat(spool.memoryBytes()).isEqualTo(2L * BLOCK);
        assertThat(spool.fileBytes()).isZero();

        assertThat(body.append(ByteBuffer.allocate(3 * BLOCK))).isTrue();
        assertThat(spool.fileBytes()).isEqualTo(3L * BLOCK);

        assertThat(body.append(ByteBuffer.allocate(1))).as("full").isFalse();
        assertThat(spool.newBody().append(ByteBuffer.allocate(1))).isFalse();
    }

    @Test
    void reusesReleasedBlocks() throws IOException {
        for (int i = 0; i < 10; i++) {
            byte[] bytes = random(5 * BLOCK);
            BodySpool.Body body = spool.newBody();
            assertThat(body.append(ByteBuffer.wrap(bytes))).isTrue();
            assertThat(body.open().readAllBytes()).isEqualTo(bytes);
            body.release();
            body.release();
            assertThat(spool.memoryBytes() + spool.fileBytes()).isZero();
        }
    }

    @Test
    void readsNothingAfterRelease() throws IOException {
        BodySpool.Body body = spool.newBody();
        body.append(ByteBuffer.wrap(random(10)));
        var stream = body.open();
        body.release();

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
        assertThat(body.append(ByteBuffer.allocate(1))).isFalse();
    }

    /** A crash therefore leaves nothing behind. */
    @Test
    void leavesNoFileInDirectory() throws IOException {
        spool.newBody().append(ByteBuffer.allocate(5 * BLOCK));

        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
