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
    void keepsOneSecretPerFolder(@TempDir Path folder) {
        String secret = DemoData.inDirectory(folder.resolve("one")).secret();

        assertThat(secret).hasSizeGreaterThanOrEqualTo(43);
        assertThat(DemoData.inDirectory(folder.resolve("one")).secret()).isEqualTo(secret);
        assertThat(DemoData.inDirectory(folder.resolve("two")).secret()).isNotEqualTo(secret);
    }

    @Test
    void restrictsSecretToOwner(@TempDir Path folder) throws IOException {
        DemoData.inDirectory(folder);

        Path file = folder.resolve("secret");
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(file).isNotEmptyFile();
    }
}
