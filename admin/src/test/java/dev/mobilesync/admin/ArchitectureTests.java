package dev.mobilesync.admin;

import dev.mobilesync.testsupport.PackageCycles;
import org.junit.jupiter.api.Test;

class ArchitectureTests {

    @Test
    void hasNoPackageCycles() {
        PackageCycles.assertNone("dev.mobilesync.admin");
    }
}
