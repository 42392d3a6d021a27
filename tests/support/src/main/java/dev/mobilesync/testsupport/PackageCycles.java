package dev.mobilesync.testsupport;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** Finds cycles in the dependencies between a module's packages. */
public final class PackageCycles {

    private PackageCycles() {}

    /**
     * Fails if packages depend on each other in a cycle. Test classes are ignored.
     *
     * @param root the module's root package, which counts as a separate package beside its subpackages
     */
    public static void assertNone(String root) {
        slices().matching("dev.mobilesync.(**)")
                .should()
                .beFreeOfCycles()
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages(root));
    }
}
