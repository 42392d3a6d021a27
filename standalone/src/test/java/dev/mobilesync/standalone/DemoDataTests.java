package dev.mobilesync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTests {

    @Test
    void keepsOneSecretPerDirectory(@TempDir Path directory) {
        String secret = DemoData.inDirectory(directory.resolve("one")).secret();

        assertThat(secret).hasSizeGreaterThanOrEqualTo(43);
        assertThat(DemoData.inDirectory(directory.resolve("one")).secret()).isEqualTo(secret);
        assertThat(DemoData.inDirectory(directory.resolve("two")).secret()).isNotEqualTo(secret);
    }

    @Test
    void restrictsSecretToOwner(@TempDir Path directory) throws IOException {
        DemoData.inDirectory(directory);

        Path file = directory.resolve("secret");
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(file).isNotEmptyFile();
    }
}
