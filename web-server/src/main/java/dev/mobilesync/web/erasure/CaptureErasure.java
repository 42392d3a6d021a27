package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import io.minio.errors.MinioException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Erases all versions of captures from the object store. A capture's metadata name its plan and examinee. If plans share a
 * key, the captures of other plans stay. A dry run removes nothing.
 */
record CaptureErasure(CaptureVersions captures, boolean dryRun) {

    /**
     * Erases the captures of the scope. For an examinee it lists their key, for a plan the whole bucket.
     *
     * @return the examinees who had captures, including those that could not be erased
     */
    Set<String> erase(ErasureScope scope, ErasureReport report) {
        Set<String> examinees = new TreeSet<>();
        String prefix =
                scope.examineeId() == null ? "" : captures.key(new ExamineeKey(scope.planId(), scope.examineeId()));
        try {
            // The list is complete before the first removal: a store may skip entries of a list that shrinks.
            for (List<Version> versions : versionsByKey(prefix, scope, report).values()) {
                erase(versions, scope, report, examinees);
            }
        } catch (MinioException | RuntimeException e) {
            report.remains("captures of " + scope + " that were not listed", CaptureVersions.reason(e));
        }
        return examinees;
    }

    private Map<String, List<Version>> versionsByKey(String prefix, ErasureScope scope, ErasureReport report)
            throws MinioException {
        Map<String, List<Version>> versions = new TreeMap<>();
        captures.list(prefix, version -> {
            report.listed();
            if (mayInclude(scope, version.ids())) {
                versions.computeIfAbsent(version.key(), key -> new ArrayList<>(1))
                        .add(version);
            }
        });
        return versions;
    }

    private static boolean mayInclude(ErasureScope scope, KeyTemplate.Ids ids) {
        String planId = ids.planId() == null ? scope.planId() : ids.planId();
        return scope.includes(new ExamineeKey(planId, ids.examineeId()));
    }

    /**
     * Erases the versions of one key, and its delete markers if they hide no version any more. When a plan is erased, the markers of
     * a key without a version stay if the key may be another plan's only.
     */
    private void erase(List<Version> versions, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        boolean mayLoseBareMarkers =
                scope.examineeId() != null || versions.get(0).ids().planId() != null;
        boolean erasedOne = false;
        boolean erasedAll = true;
        for (Version version : versions) {
            if (!version.isDeleteMarker()) {
                boolean erased = erase(version, scope, report, examinees);
                erasedOne |= erased;
                erasedAll &= erased;
            }
        }
        if (erasedAll && (erasedOne || mayLoseBareMarkers)) {
            versions.stream().filter(Version::isDeleteMarker).forEach(it -> remove(it, "delete marker", report));
        }
    }

    /** Returns whether the version no longer exists. */
    private boolean erase(Version version, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        CaptureMetadata metadata;
        try {
            metadata = captures.readMetadata(version).join();
        } catch (RuntimeException e) {
            if (CaptureVersions.isMissing(e)) {
                return true;
            }
            report.remains(captures.name(version) + ", of an unknown examinee", CaptureVersions.reason(e));
            return false;
        }
        if (metadata == null || !scope.includes(metadata.examinee())) {
            if (scope.examineeId() != null) {
                report.kept(captures.name(version), metadata == null ? "no capture" : "of another plan");
            }
            return false;
        }
        examinees.add(metadata.examinee().examineeId());
        return remove(version, "capture", report);
    }

    private boolean remove(Version version, String kind, ErasureReport report) {
        try {
            if (!dryRun) {
                captures.remove(version).join();
            }
            report.erased(kind, captures.name(version));
            return true;
        } catch (RuntimeException e) {
            report.remains(kind + " " + captures.name(version), CaptureVersions.reason(e));
            return false;
        }
    }
}
