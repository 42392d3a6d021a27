package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The types of mobile-sync.js: TypeScript accepts an example and the module itself, and rejects mistakes. */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = "no node or no npm here")
class ModuleTypesIT {

    @Test
    void compilerAcceptsExampleAndModule() throws IOException {
        Path project = new NodePackage("tests/browser", "types").install();
        Path pages = Repository.file("web-server/src/main/resources/pages");
        copy(pages.resolve("mobile-sync.d.ts"), project);
        Path implementation = Files.createDirectories(project.resolve("implementation"));
        copy(pages.resolve("mobile-sync.js"), implementation);
        copy(pages.resolve("back-off.js"), implementation);
        copy(pages.resolve("stomp.js"), implementation);

        String compiler = project.resolve("node_modules/typescript/bin/tsc").toString();
        assertThat(Shell.run("node", compiler, "--project", project.toString())).isEmpty();
    }

    private static void copy(Path file, Path directory) throws IOException {
        Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
}
