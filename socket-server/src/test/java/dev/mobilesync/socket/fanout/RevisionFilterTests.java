package dev.mobilesync.socket.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RevisionFilterTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private final RevisionFilter revisions = new RevisionFilter(2, Duration.ofNanos(100));

    @Test
    void acceptsOnlyNewerRevisions() {
        assertThat(revisions.acceptIfNewer(EXAMINEE, 5, 0)).isTrue();
        assertThat(revisions.acceptIfNewer(EXAMINEE, 5, 1)).isFalse();
        assertThat(revisions.acceptIfNewer(EXAMINEE, 4, 2)).isFalse();
        assertThat(revisions.acceptIfNewer(EXAMINEE, 6, 3)).isTrue();
    }

    @Test
    void expiresRevisions() {
        assertThat(revisions.acceptIfNewer(EXAMINEE, 5, 0)).isTrue();
        assertThat(revisions.acceptIfNewer(EXAMINEE, 1, 99)).isFalse();
        assertThat(revisions.acceptIfNewer(EXAMINEE, 1, 100)).isTrue();
    }

    @Test
    void evictsLeastRecentlyChanged() {
        revisions.acceptIfNewer(EXAMINEE, 5, 0);
        revisions.acceptIfNewer(new ExamineeKey("P001", "E002"), 5, 0);
        revisions.acceptIfNewer(new ExamineeKey("P001", "E003"), 5, 0);
        assertThat(revisions.acceptIfNewer(EXAMINEE, 1, 0)).isTrue();
        assertThat(revisions.acceptIfNewer(new ExamineeKey("P001", "E003"), 1, 0))
                .isFalse();
    }
}
