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
 * Takes pictures out of the object store with all their versions. Whose a picture is, its own metadata say: where plans
 * share a key, the other plans' pictures stay.
 */
final class CaptureErasure {

    private final CaptureVersions pictures;

    CaptureErasure(CaptureVersions pictures) {
        this.pictures = pictures;
    }

    /**
     * Erases what belongs to the scope. One examinee's key is looked at; for a plan, all keys of the bucket are.
     *
     * @return whose pictures there were, also where they could not be erased
     */
    Set<String> erase(ErasureScope scope, ErasureReport report) {
        Set<String> examinees = new TreeSet<>();
        String prefix =
                scope.examineeId() == null ? "" : pictures.key(new ExamineeKey(scope.planId(), scope.examineeId()));
        try {
            // First all of it, then the first is erased: a store may lose its place in a list that gets shorter.
            for (List<Version> versions : versionsByKey(prefix, scope).values()) {
                erase(versions, scope, report, examinees);
            }
        } catch (MinioException | RuntimeException e) {
            report.remains("pictures of " + scope + " that are not listed above", CaptureVersions.reason(e));
        }
        return examinees;
    }

    private Map<String, List<Version>> versionsByKey(String prefix, ErasureScope scope) throws MinioException {
        Map<String, List<Version>> versions = new TreeMap<>();
        pictures.list(prefix, version -> {
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

    /** All versions of one key. A mark that something was deleted goes with the last of them. */
    private void erase(List<Version> versions, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        boolean erasedOne = false;
        boolean erasedAll = true;
        for (Version version : versions) {
            if (!version.isDeleteMarker()) {
                boolean erased = erase(version, scope, report, examinees);
                erasedOne |= erased;
                erasedAll &= erased;
            }
        }
        if (erasedOne && erasedAll) {
            versions.stream().filter(Version::isDeleteMarker).forEach(mark -> remove(mark, "deletion mark", report));
        }
    }

    /** Returns whether it is gone. */
    private boolean erase(Version version, ErasureScope scope, ErasureReport report, Set<String> examinees) {
        CaptureMetadata facts;
        try {
            facts = pictures.readMetadata(version).join();
        } catch (RuntimeException e) {
            if (CaptureVersions.isMissing(e)) {
                return true;
            }
            report.remains(pictures.name(version) + ", whoever's it is", CaptureVersions.reason(e));
            return false;
        }
        if (facts == null || !scope.includes(facts.examinee())) {
            if (scope.examineeId() != null) {
                report.kept(pictures.name(version), facts == null ? "no picture of ours" : "of another plan");
            }
            return false;
        }
        examinees.add(facts.examinee().examineeId());
        return remove(version, "picture", report);
    }

    private boolean remove(Version version, String kind, ErasureReport report) {
        try {
            pictures.remove(version).join();
            report.erased(kind, pictures.name(version));
            return true;
        } catch (RuntimeException e) {
            report.remains(kind + " " + pictures.name(version), CaptureVersions.reason(e));
            return false;
        }
    }
}
