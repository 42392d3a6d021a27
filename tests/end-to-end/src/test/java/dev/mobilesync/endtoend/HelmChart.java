package dev.mobilesync.endtoend;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** The chart in deploy/helm/mobile-sync, rendered with Helm's library for the site of its README. */
final class HelmChart {

    static final Path DIRECTORY = Repository.file("deploy/helm/mobile-sync");
    static final String SMALL = "values-small.yaml";
    static final String LARGE = "values-100000.yaml";
    static final String RELEASE = "mobile-sync";
    static final String NAMESPACE = "exam";

    /** The oldest version of Kubernetes that the chart supports. */
    private static final String KUBERNETES = "1.27.0";

    private static final Pattern SITE = Pattern.compile("```yaml\n(   image:\n.*?)\n {3}```", Pattern.DOTALL);

    /** With a file instead of the symbolic link to the alerts, of which Helm prints a line each time. */
    private static final Path COPY = copy();

    private HelmChart() {}

    /** Runs {@code helm lint --strict} with the sizes and the site as default values, because the library accepts no others. */
    static LintResult lint(String sizes) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String text : List.of(read(DIRECTORY.resolve("values.yaml")), read(DIRECTORY.resolve(sizes)), site())) {
            merge(values, HelmManifests.asMap(HelmManifests.yaml().load(text)));
        }
        Path chart = copy();
        try {
            Files.writeString(chart.resolve("values.yaml"), HelmManifests.yaml().dump(values));
            return new Helm(chart).lint().strict().call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void merge(Map<String, Object> values, Map<String, Object> others) {
        others.forEach((key, other) -> {
            if (values.get(key) instanceof Map<?, ?> map && other instanceof Map<?, ?>) {
                Map<String, Object> merged = HelmManifests.asMap(map);
                merge(merged, HelmManifests.asMap(other));
                values.put(key, merged);
            } else {
                values.put(key, other);
            }
        });
    }

    /**
     * Renders the chart for the site of the README.
     *
     * @param sizes {@link #SMALL} or {@link #LARGE}
     * @param overrides further values, each a document in YAML
     */
    static HelmManifests render(String sizes, String... overrides) {
        return renderRelease(RELEASE, sizes, overrides);
    }

    static HelmManifests renderRelease(String release, String sizes, String... overrides) {
        List<String> values = new ArrayList<>(List.of(read(DIRECTORY.resolve(sizes)), site()));
        values.addAll(List.of(overrides));
        return new HelmManifests(template(release, values));
    }

    /** Runs {@code helm template} with the values, of which later ones replace earlier ones. */
    static String template(String release, List<String> values) {
        List<Path> files = new ArrayList<>();
        try {
            TemplateCommand command = new Helm(COPY)
                    .template()
                    .withName(release)
                    .withNamespace(NAMESPACE)
                    .withKubeVersion(KUBERNETES);
            for (String text : values) {
                Path file = Files.createTempFile("values", ".yaml");
                files.add(file);
                command.withValuesFile(Files.writeString(file, text));
            }
            return command.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            files.forEach(file -> file.toFile().delete());
        }
    }

    private static Path copy() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            Path copy = Files.createTempDirectory("chart");
            for (Path file : files.filter(file -> !file.equals(DIRECTORY)).toList()) {
                Files.copy(file, copy.resolve(DIRECTORY.relativize(file).toString()));
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(copy.toFile())));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The example of {@code site.yaml} in the README. */
    static String site() {
        Matcher example = SITE.matcher(read(DIRECTORY.resolve("README.md")));
        if (!example.find()) {
            throw new IllegalStateException("no example of site.yaml in the README of the chart");
        }
        return example.group(1).replaceAll("(?m)^ {3}", "");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
