package dev.mobilesync.web.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CaptureMetadataTests {

    @Test
    void fitsIntoObjectMetadata() {
        for (String name : new String[] {"i", "갤".repeat(128), "\u0001".repeat(128)}) {
            CaptureMetadata metadata = new CaptureMetadata(
                    new ExamineeKey("P".repeat(64), "E".repeat(64)),
                    "M".repeat(64),
                    Instant.parse("2026-01-01T09:00:00Z"),
                    "0".repeat(64),
                    "0".repeat(64),
                    "0".repeat(64),
                    new DeviceInfo(name, name));
            int size = metadata.toMetadata().entrySet().stream()
                    .mapToInt(
                            entry -> entry.getKey().length() + entry.getValue().length())
                    .sum();
            assertThat(size).isLessThan(2_048);
            CaptureMetadata read = CaptureMetadata.fromMetadata(metadata.toMetadata()::get);
            assertThat(read).isNotNull();
            if (!name.startsWith("\u0001")) {
                assertThat(read).isEqualTo(metadata);
            }
        }
    }
}
