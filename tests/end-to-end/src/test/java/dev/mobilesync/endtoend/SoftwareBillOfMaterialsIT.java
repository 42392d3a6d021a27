package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials in each jar (CycloneDX). Maven adds it online only: offline these tests are skipped, in CI they fail. */
class SoftwareBillOfMaterialsIT {

    private static final String LIBRARIES = "BOOT-INF/lib/";

    @ParameterizedTest
    @ValueSource(strings = {"web-server", "state-manager", "socket-server"})
    void listsEveryLibraryOfJar(String service) throws IOException {
        try (JarFile jar = new JarFile(
                Repository.file(service + "/target/" + service + "-exec.jar").toFile())) {
            Set<String> libraries = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
                    .map(name -> name.substring(LIBRARIES.length(), name.length() - ".jar".length()))
                    .filter(name -> !name.startsWith("spring-boot-jarmode-tools"))
                    .collect(Collectors.toSet());
            assertThat(libraries).hasSizeGreaterThan(20);
            assertThat(components(jar)).containsAll(libraries);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standalone/target/mobile-sync.jar"})
    void listsLibrariesOfFlatJar(String file) throws IOException {
        try (JarFile jar = new JarFile(Repository.file(file).toFile())) {
            assertThat(components(jar))
                    .anyMatch(component -> component.startsWith("qpid-broker-core-"))
                    .anyMatch(component -> component.startsWith("minio-"))
                    .anyMatch(component -> component.startsWith("netty-codec-http-"));
        }
    }

    /** Returns the components as {@code name-version}. */
    private static Set<String> components(JarFile jar) throws IOException {
        ZipEntry entry = jar.getEntry("META-INF/sbom/application.cdx.json");
        assumeTrue(entry != null || "true".equals(System.getenv("CI")), "the jars were built offline");
        JsonNode document = new JsonMapper().readTree(jar.getInputStream(requireNonNull(entry)));
        assertThat(document.path("bomFormat").asString()).isEqualTo("CycloneDX");
        return document.path("components")
                .valueStream()
                .map(component -> component.path("name").asString() + "-"
                        + component.path("version").asString())
                .collect(Collectors.toSet());
    }
}
