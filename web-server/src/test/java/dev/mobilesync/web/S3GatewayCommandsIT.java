package dev.mobilesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.web.erasure.EraseOption;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The commands {@code --sweep} and {@code --erase} with a store that keeps versions. */
@NeedsS3Gateway
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3GatewayCommandsIT extends S3GatewayFixture {

    @Test
    void sweepPublishesNewestVersionOfEachExaminee() throws Exception {
        ExamineeKey one = new ExamineeKey("G5", "E5");
        ExamineeKey other = new ExamineeKey("G6", "E5");
        put(one, 1);
        CaptureStore.Stored newest = put(one, 2);
        CaptureStore.Stored others = put(other, 3);
        MobileSyncStatus known = upload(new ExamineeKey("G5", "E6"), Jpegs.picture(6));
        StoredRecords.write(redis, StoredRecords.completed(known));

        assertThat(sweep()).as(output()).isZero();

        assertThat(output())
                .contains("G5/E5 (no record)", "G6/E5 (no record)", "4 captures inspected, 2 found")
                .doesNotContain("G5/E6");
        Map<String, String> published = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            MobileSyncStatus status = nextMessage();
            published.put(status.planId(), imageVersion(status));
        }
        assertThat(published).isEqualTo(Map.of("G5", newest.version(), "G6", others.version()));
        assertThat(broker.receive(AmqpNames.STATUS_QUEUE)).isNull();
    }

    @Test
    void sweepSkipsDeletedPictures() throws Exception {
        ExamineeKey deleted = new ExamineeKey("G7", "E7");
        put(deleted, 1);
        put(deleted, 2);
        delete(deleted);
        // deleted and stored again
        ExamineeKey again = new ExamineeKey("G7", "E8");
        put(again, 3);
        delete(again);
        CaptureStore.Stored current = put(again, 4);

        assertThat(sweep()).as(output()).isZero();

        assertThat(output()).contains("1 found", "G7/E8 (no record)").doesNotContain("G7/E7");
        assertThat(imageVersion(nextMessage())).isEqualTo(current.version());
        assertThat(broker.receive(AmqpNames.STATUS_QUEUE)).isNull();
    }

    @Test
    void eraseRemovesVersionsAndDeleteMarkers() throws Exception {
        ExamineeKey erased = new ExamineeKey("G8", "E9");
        ExamineeKey kept = new ExamineeKey("G8", "E10");
        put(erased, 1);
        CaptureStore.Stored second = put(erased, 2);
        delete(erased);
        put(kept, 3);

        assertThat(erase("G8/E9")).as(output()).isZero();

        assertThat(versionsOf(erased)).isEmpty();
        assertThat(captures.open(erased, second.version())).isNull();
        assertThat(output()).contains("total: 3 erased", "capture: 2", "delete marker: 1");
        assertThat(versionsOf(kept)).hasSize(1);

        assertThat(erase("G8")).as(output()).isZero();
        assertThat(versionsOf(kept)).isEmpty();
    }

    /** An earlier run erased the version and could not delete its marker. */
    @Test
    void eraseRemovesRemainingDeleteMarker() throws Exception {
        ExamineeKey erased = new ExamineeKey("G11", "E12");
        put(erased, 1);
        CaptureVersions.Version version = versionsOf(erased).get(0);
        delete(erased);
        versions.remove(version).join();
        assertThat(versionsOf(erased)).singleElement().matches(CaptureVersions.Version::isDeleteMarker);

        assertThat(erase("G12")).as("a plan that shares the key").isZero();
        assertThat(output()).contains("total: 0 erased");
        assertThat(versionsOf(erased)).hasSize(1);

        assertThat(erase("G11/E12")).as(output()).isZero();
        assertThat(output()).contains("total: 1 erased (delete marker: 1)");
        assertThat(versionsOf(erased)).isEmpty();
    }

    @Test
    void eraseKeepsVersionsOfOtherPlans() throws Exception {
        ExamineeKey erased = new ExamineeKey("G9", "E11");
        ExamineeKey other = new ExamineeKey("G10", "E11");
        CaptureStore.Stored deleted = put(erased, 1);
        CaptureStore.Stored stays = put(other, 2);

        assertThat(erase("G9/E11")).as(output()).isZero();

        assertThat(captures.open(erased, deleted.version())).isNull();
        assertThat(versionsOf(other)).extracting(CaptureVersions.Version::id).containsExactly(stays.version());
        assertThat(output()).contains("kept: ", "(of another plan)");
    }

    private int erase(String scope) {
        return EraseOption.run(scope, out(), with("--erase=" + scope));
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
