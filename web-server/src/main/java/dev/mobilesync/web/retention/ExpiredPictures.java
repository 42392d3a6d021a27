package dev.mobilesync.web.retention;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import io.minio.errors.MinioException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Deletes expired versions of one key. A version that the store refuses to read or to delete stays and is reported.
 * {@code CompletionException} if the store is unavailable.
 *
 * @param heldPlans plans whose pictures stay
 * @param expiry pictures that were stored before it are deleted
 */
record ExpiredPictures(CaptureVersions captures, Set<String> heldPlans, Instant expiry, RetentionReport report) {

    /** Returns the pictures to delete, the oldest first. Plans may share the key, so each picture's metadata name its plan. */
    Map<ExamineeKey, List<Version>> byExaminee(List<Version> versions) {
        Map<ExamineeKey, List<Version>> pictures = new LinkedHashMap<>();
        versions.stream()
                .filter(version -> !version.isDeleteMarker())
                // A run that stops in between must not leave an older picture as the current one.
                .sorted(Comparator.comparing(Version::storedAt))
                .forEach(version -> add(version, pictures));
        return pictures;
    }

    private void add(Version version, Map<ExamineeKey, List<Version>> pictures) {
        String name = captures.name(version);
        CaptureMetadata metadata;
        try {
            metadata = captures.readMetadata(version).join();
        } catch (CompletionException e) {
            if (!CaptureVersions.isMissing(e)) {
                remains(name, e);
            }
            return;
        }
        if (metadata == null) {
            report.foreign(name);
        } else if (heldPlans.contains(metadata.examinee().planId())) {
            report.held(name, metadata.examinee().planId());
        } else {
            pictures.computeIfAbsent(metadata.examinee(), examinee -> new ArrayList<>(1))
                    .add(version);
        }
    }

    /** Deletes an examinee's pictures, between two lines of the audit log. */
    void delete(ExamineeKey examinee, List<Version> pictures) {
        if (report.isDryRun()) {
            pictures.forEach(picture -> report.deleted(captures.name(picture)));
            return;
        }
        audit("start-expire", examinee).with("pictures", pictures.size()).write();
        int before = report.totalDeleted();
        int remainingBefore = report.remaining();
        try {
            pictures.forEach(this::delete);
        } finally {
            audit("expire", examinee)
                    .with("deleted", report.totalDeleted() - before)
                    .with("remaining", report.remaining() - remainingBefore)
                    .write();
        }
    }

    private static AuditEvent audit(String action, ExamineeKey examinee) {
        return AuditEvent.of(action)
                .with("role", "system")
                .with("who", "retention")
                .with("plan", examinee.planId())
                .with("examinee", examinee.examineeId());
    }

    private void delete(Version picture) {
        String name = captures.name(picture);
        try {
            // Without a version id, a new upload would be deleted that has replaced the picture since it was listed.
            if (CaptureVersions.imageVersion(picture) == null
                    && !captures.readStoredAt(picture).join().isBefore(expiry)) {
                return;
            }
            captures.remove(picture).join();
            report.deleted(name);
        } catch (CompletionException e) {
            if (!CaptureVersions.isMissing(e)) {
                remains(name, e);
            }
        }
    }

    /**
     * Deletes the expired delete markers of a key that has no picture any more: they hide nothing.
     */
    void deleteMarkers(String key, List<Version> versions) throws MinioException {
        List<Version> markers =
                versions.stream().filter(Version::isDeleteMarker).toList();
        if (markers.isEmpty() || hasPicture(key)) {
            return;
        }
        for (Version marker : markers) {
            String name = captures.name(marker);
            try {
                if (!report.isDryRun()) {
                    captures.remove(marker).join();
                }
                report.deletedMarker(name);
            } catch (CompletionException e) {
                remains(name, e);
            }
        }
    }

    private boolean hasPicture(String key) throws MinioException {
        List<Version> pictures = new ArrayList<>();
        captures.list(key, version -> {
            if (!version.isDeleteMarker() && version.key().equals(key)) {
                pictures.add(version);
            }
        });
        return report.isDryRun() ? pictures.stream().anyMatch(this::wouldRemain) : !pictures.isEmpty();
    }

    private boolean wouldRemain(Version picture) {
        if (!picture.storedAt().isBefore(expiry)) {
            return true;
        }
        try {
            CaptureMetadata metadata = captures.readMetadata(picture).join();
            return metadata == null || heldPlans.contains(metadata.examinee().planId());
        } catch (CompletionException e) {
            return !CaptureVersions.isMissing(e);
        }
    }

    private void remains(String name, CompletionException e) {
        if (!CaptureVersions.isRejected(e)) {
            throw e;
        }
        report.remains(name, CaptureVersions.reason(e));
    }
}
