package dev.mobilesync.admin.doctor;

import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.StoreFailedException;
import dev.mobilesync.web.store.StoreProbe;
import java.util.function.Consumer;

/** Checks the connection to the object store, the bucket, and its clock. */
record StoreCheck(WebServerProperties.Store properties, StoreProbe probe) implements Check {

    private static final String SUBJECT = "object store";

    @Override
    public void run(Consumer<Finding> findings) {
        try {
            if (probe.bucketExists()) {
                findings.accept(Finding.ok(SUBJECT, properties.endpoint() + ", bucket " + properties.bucket()));
                checkVersioning(findings);
                checkAccess(findings);
            } else {
                findings.accept(Finding.problem(
                        "bucket",
                        properties.bucket() + " does not exist",
                        "Start web-server, which creates it if the account permits it; or create it, or set"
                                + " MOBILE_SYNC_STORE_BUCKET"));
            }
        } catch (StoreFailedException e) {
            findings.accept(Finding.problem(SUBJECT, String.valueOf(e.getMessage()), connectionFix(e)));
        }
        StoreProbe.ClockDifference clock = probe.clockDifference();
        if (clock != null) {
            findings.accept(ClockLimit.check(SUBJECT, clock.difference(), clock.uncertainty()));
        }
    }

    private String connectionFix(StoreFailedException e) {
        return e.wasRejected()
                ? "Set MOBILE_SYNC_STORE_ACCESS_KEY and MOBILE_SYNC_STORE_SECRET_KEY to those of an account that may read, write and"
                        + " list the bucket; check MOBILE_SYNC_STORE_REGION"
                : "Start the object store at " + properties.endpoint() + ", or set MOBILE_SYNC_STORE_ENDPOINT";
    }

    private void checkVersioning(Consumer<Finding> findings) {
        String subject = "bucket versioning";
        try {
            switch (probe.versioning()) {
                case ENABLED -> findings.accept(Finding.ok(subject, "enabled"));
                case DISABLED ->
                    findings.accept(Finding.warning(
                            subject,
                            "off: a newer picture replaces the one before for good",
                            "Enable it, or permit web-server to do so at its start"));
                case UNSUPPORTED ->
                    findings.accept(Finding.warning(
                            subject,
                            "the store has none: a newer picture replaces the one before for good",
                            "Use a store with versions, if earlier pictures must be kept"));
            }
        } catch (StoreFailedException e) {
            findings.accept(Finding.warning(
                    subject,
                    "could not be checked: " + e.getMessage(),
                    "Permit s3:GetBucketVersioning, or check that it is enabled"));
        }
    }

    private void checkAccess(Consumer<Finding> findings) {
        String subject = "bucket access";
        try {
            probe.writeReadDelete();
            findings.accept(Finding.ok(subject, "an object was written, listed, read and deleted"));
        } catch (StoreFailedException e) {
            findings.accept(Finding.problem(
                    subject,
                    String.valueOf(e.getMessage()),
                    "Permit the account to write, read, list and delete objects of the bucket"));
        }
    }
}
