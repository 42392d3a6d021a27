package dev.mobilesync.web.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.VersioningStore;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@code --erase} removes the named examinee or plan from Redis and the store, and no one else. */
@ServerContract
class EraseOptionIT {

    @Nested
    class Embedded extends EraseOptionContract {

        Embedded() {
            super(Map.of());
        }

        @Test
        void failsWithoutBucket() {
            assertThat(run("P001", "--mobile-sync.store.bucket=nowhere")).isEqualTo(1);
        }

        @Test
        void failsIfStoreRejects() {
            assertThat(run("P001", "--mobile-sync.store.secret-key=wrong-secret-key"))
                    .isEqualTo(1);
        }
    }

    @Nested
    @NeedsS3Gateway
    class Gateway extends EraseOptionContract {

        Gateway() {
            super(S3Gateway.properties());
        }
    }

    @Nested
    class Versioning extends EraseOptionContract {

        Versioning() {
            super(VersioningStore.start().properties());
        }
    }
}
