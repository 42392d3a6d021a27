package dev.mobilesync.web.body;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores bodies in blocks of 16 KiB: in memory, and in one file when half of the memory is in use. All bodies share the limits of
 * both. As long as there is memory, a block fills up there and is written to the file as a whole: all threads that use a file wait
 * for each other.
 * The file is unlinked as soon as it is open, so a crash leaves nothing behind.
 */
final class BodySpool implements AutoCloseable {

    static final int BLOCK_BYTES = 16 * 1024;

    private static final int MEMORY = -1;

    private final @Nullable FileChannel file;
    private final long maxMemoryBlocks;
    private final long maxFileBlocks;
    private final Deque<Integer> freeFileBlocks = new ArrayDeque<>();
    private long memoryBlocks;
    private int fileBlocks;

    BodySpool(long maxMemoryBytes, long maxFileBytes, Path directory) {
        this.maxMemoryBlocks = maxMemoryBytes / BLOCK_BYTES;
        this.maxFileBlocks = Math.min(maxFileBytes / BLOCK_BYTES, Integer.MAX_VALUE);
        try {
            this.file = maxFileBlocks == 0 ? null : open(directory);
        } catch (IOException e) {
            throw new IllegalStateException("mobile-sync.body.directory: cannot create a file in " + directory, e);
        }
    }

    private static FileChannel open(Path directory) throws IOException {
        // createTempFile restricts the permissions to the owner.
        Path path = Files.createTempFile(directory, "mobile-sync-bodies", null);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        Files.deleteIfExists(path);
        return channel;
    }

    /** Bytes in memory, rounded up to blocks. */
    synchronized long memoryBytes() {
        return memoryBlocks * BLOCK_BYTES;
    }

    /** Bytes in the file, rounded up to blocks. */
    synchronized long fileBytes() {
        return (long) (fileBlocks - freeFileBlocks.size()) * BLOCK_BYTES;
    }

    Body newBody() {
        return new Body();
    }

    private synchronized @Nullable Block allocate() {
        if (memoryBlocks < maxMemoryBlocks) {
            memoryBlocks++;
            return new Block(MEMORY, new byte[BLOCK_BYTES]);
        }
        return nextInFile();
    }

    /** Returns where to move a full block of the memory, or {@code null} if it stays there. */
    private synchronized @Nullable Block allocateInFile() {
        return memoryBlocks <= maxMemoryBlocks / 2 ? null : nextInFile();
    }

    private @Nullable Block nextInFile() {
        Integer index = freeFileBlocks.poll();
        if (index == null && fileBlocks < maxFileBlocks) {
            index = fileBlocks++;
        }
        return index == null ? null : new Block(index, null);
    }

    private synchronized void free(List<Block> blocks) {
        for (Block block : blocks) {
            if (block.index == MEMORY) {
                memoryBlocks--;
            } else {
                freeFileBlocks.push(block.index);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    /** The index is that of a block in the file, or {@link #MEMORY}. */
    private record Block(int index, byte @Nullable [] memory) {}

    /** One body: appended to by one thread at a time, then read, then released. */
    final class Body {

        private final List<Block> blocks = new ArrayList<>();
        private long length;
        private boolean released;

        /** Returns whether there was space for the bytes. */
        synchronized boolean append(ByteBuffer bytes) throws IOException {
            if (released) {
                return false;
            }
            while (bytes.hasRemaining()) {
                int offset = (int) (length % BLOCK_BYTES);
                if (offset == 0) {
                    moveFullBlock();
                    Block next = allocate();
                    if (next == null) {
                        return false;
                    }
                    blocks.add(next);
                }
                int part = Math.min(bytes.remaining(), BLOCK_BYTES - offset);
                ByteBuffer slice = bytes.slice(bytes.position(), part);
                bytes.position(bytes.position() + part);
                write(blocks.get(blocks.size() - 1), offset, slice);
                length += part;
            }
            return true;
        }

        private void moveFullBlock() {
            int last = blocks.size() - 1;
            byte[] bytes = last < 0 ? null : blocks.get(last).memory;
            Block inFile = bytes == null ? null : allocateInFile();
            if (bytes == null || inFile == null) {
                return;
            }
            try {
                write(inFile, 0, ByteBuffer.wrap(bytes));
                free(List.of(blocks.set(last, inFile)));
            } catch (IOException e) {
                // The block stays in memory. Once that is full, the next write to the file fails and is reported.
                free(List.of(inFile));
            }
        }

        private void write(Block block, int offset, ByteBuffer bytes) throws IOException {
            if (block.memory != null) {
                bytes.get(block.memory, offset, bytes.remaining());
                return;
            }
            long position = (long) block.index * BLOCK_BYTES + offset;
            while (bytes.hasRemaining()) {
                position += channel().write(bytes, position);
            }
        }

        private synchronized int read(long position, byte[] bytes, int from, int count) throws IOException {
            if (released) {
                throw new IOException("the body is released");
            }
            if (position == length) {
                return -1;
            }
            Block block = blocks.get((int) (position / BLOCK_BYTES));
            int offset = (int) (position % BLOCK_BYTES);
            int part = (int) Math.min(Math.min(count, BLOCK_BYTES - offset), length - position);
            if (block.memory != null) {
                System.arraycopy(block.memory, offset, bytes, from, part);
                return part;
            }
            return channel().read(ByteBuffer.wrap(bytes, from, part), (long) block.index * BLOCK_BYTES + offset);
        }

        private FileChannel channel() throws IOException {
            if (file == null) {
                throw new IOException("the buffer has no file");
            }
            return file;
        }

        /** Returns a stream from the beginning. */
        ServletInputStream open() {
            return new ServletInputStream() {

                private long position;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] bytes, int from, int count) throws IOException {
                    if (count == 0) {
                        return 0;
                    }
                    int read = Body.this.read(position, bytes, from, count);
                    position += Math.max(0, read);
                    return read;
                }

                @Override
                public boolean isFinished() {
                    return position == length;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new IllegalStateException("the body has been received already");
                }
            };
        }

        /** Frees the blocks. The body cannot be read afterwards. */
        synchronized void release() {
            if (!released) {
                released = true;
                free(blocks);
                blocks.clear();
            }
        }
    }
}
