package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureVersions;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Uploads and downloads with a store that keeps versions. */
@NeedsS3Gateway
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3GatewayIT extends S3GatewayFixture {

    @Test
    void showsVersionOfRecordToProctor() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G1", "E1");
        byte[] picture = Jpegs.picture(1280, 720, 1);
        MobileSyncStatus first = upload(examinee, picture);
        StoredRecords.write(redis, StoredRecords.completed(first));
        upload(examinee, Jpegs.picture(2));
        upload(new ExamineeKey("G2", "E1"), Jpegs.picture(3));

        HttpResponse<byte[]> shown = api.getBytes(imageUrl(first), TestTokens.proctor("p", "G1"));

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).isEqualTo(picture);
        assertThat(shown.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(shown.headers().firstValueAsLong("Content-Length")).hasValue(picture.length);
        assertThat(api.get(imageUrl(first), TestTokens.proctor("p", "G2")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void storesSamePictureAgainAfterRetake() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G3", "E3");
        byte[] picture = Jpegs.picture(4);
        MobileSyncStatus first = upload(examinee, picture);
        assertThat(upload(examinee, picture)).as("a repeated upload").isEqualTo(first);
        assertThat(versionsOf(examinee)).hasSize(1);
        StoredRecords.write(
                redis,
                SyncRecord.builder(examinee)
                        .status(Status.WAITING, "m", first.timestamp())
                        .retake("too dark", first.timestamp())
                        .deadline(first.timestamp().plusSeconds(300))
                        .build());

        MobileSyncStatus second = upload(examinee, picture);

        assertThat(second.timestamp()).isAfter(first.timestamp());
        assertThat(imageVersion(second)).isNotEqualTo(imageVersion(first));
        assertThat(versionsOf(examinee))
                .extracting(CaptureVersions.Version::id)
                .containsExactlyInAnyOrder(imageVersion(first), imageVersion(second));
        StoredRecords.write(redis, StoredRecords.completed(second));
        assertThat(api.getBytes(imageUrl(second), TestTokens.proctor("p", "G3")).body())
                .isEqualTo(picture);
    }

    /** An operator deletes without naming a version: the store adds a delete marker. */
    @Test
    void hidesDeletedPictureAndKeepsItsVersion() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G4", "E4");
        byte[] picture = Jpegs.picture(5);
        MobileSyncStatus first = upload(examinee, picture);
        delete(examinee);

        assertThat(captures.find(examinee, TimeLimit.in(LIMIT))).isNull();
        assertThat(captures.open(examinee, null)).isNull();
        try (var content =
                requireNonNull(captures.open(examinee, imageVersion(first))).content()) {
            assertThat(content.readAllBytes()).isEqualTo(picture);
        }

        MobileSyncStatus second = upload(examinee, picture);
        assertThat(imageVersion(second)).isNotEqualTo(imageVersion(first));
        assertThat(requireNonNull(captures.find(examinee, TimeLimit.in(LIMIT))).version())
                .isEqualTo(imageVersion(second));
        assertThat(versionsOf(examinee))
                .hasSize(3)
                .filteredOn(CaptureVersions.Version::isDeleteMarker)
                .hasSize(1);
    }

    private static String imageUrl(MobileSyncStatus status) {
        return requireNonNull(status.captureInfo()).imageUrl();
    }
}
