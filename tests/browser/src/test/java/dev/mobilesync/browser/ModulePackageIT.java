package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** mobile-sync.js as an npm package: it can be packed, installed, compiled against and loaded. */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = "no node or no npm here")
class ModulePackageIT {

    private static final Path SOURCES = Repository.file("web-server/target/npm");

    @Test
    void installedPackageWorks() {
        NodePackage user = new NodePackage("tests/browser", "package");
        Path project = user.install();
        Path archive = user.add(SOURCES);
        assertThat(Shell.run("tar", "-tzf", archive.toString()).lines())
                .containsExactlyInAnyOrder(
                        "package/LICENSE",
                        "package/README.md",
                        "package/back-off.js",
                        "package/mobile-sync.d.ts",
                        "package/mobile-sync.js",
                        "package/package.json",
                        "package/stomp.js");

        String compiler = project.resolve("node_modules/typescript/bin/tsc").toString();
        assertThat(Shell.run("node", compiler, "--project", project.toString())).isEmpty();
        assertThat(Shell.run(
                        "node",
                        compiler,
                        "--project",
                        project.toString(),
                        "--module",
                        "ES2022",
                        "--moduleResolution",
                        "bundler"))
                .isEmpty();
        assertThat(Shell.run("node", project.resolve("load.mjs").toString()).strip())
                .isEqualTo("DeviceSync ExamineeSync PlanSync backOff false");
    }
}
