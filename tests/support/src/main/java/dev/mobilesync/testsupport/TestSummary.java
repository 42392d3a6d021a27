package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Prints the number of tests per kind of servers, and the reasons of skipped tests. Reads the reports of surefire and
 * failsafe ({@code target/*-reports/TEST-*.xml}) and the records of {@link ServerUsage}.
 */
public final class TestSummary {

    private static final PathMatcher REPORT =
            FileSystems.getDefault().getPathMatcher("glob:**/target/{surefire,failsafe}-reports*/TEST-*.xml");

    private final Map<ServerKind, Integer> executed = new EnumMap<>(ServerKind.class);
    private final Map<String, List<String>> skipped = new TreeMap<>();
    private int failed;

    private TestSummary() {}

    /**
     * @param arguments the root of the build, optionally followed by {@code strict}, which fails if a test was skipped or if no test
     *     used real or embedded servers
     */
    public static void main(String[] arguments) throws IOException {
        print(arguments, System.out);
    }

    static void print(String[] arguments, PrintStream out) throws IOException {
        TestSummary summary = of(Path.of(arguments[0]));
        out.println(summary.text());
        if (arguments.length > 1 && arguments[1].equals("strict") && !summary.isComplete()) {
            throw new IllegalStateException("with CI=true every test must run, and some against each kind of servers");
        }
    }

    static TestSummary of(Path root) throws IOException {
        TestSummary summary = new TestSummary();
        try (Stream<Path> files = Files.walk(root, 5)) {
            for (Path file : files.filter(REPORT::matches).sorted().toList()) {
                summary.add(file);
            }
        }
        return summary;
    }

    private void add(Path report) throws IOException {
        Element suite = parse(report);
        ServerKind kind = kind(suite, report);
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            NodeList skips = test.getElementsByTagName("skipped");
            if (skips.getLength() > 0) {
                String reason = ((Element) skips.item(0)).getAttribute("message");
                skipped.computeIfAbsent(reason, key -> new ArrayList<>()).add(simpleName(test));
            } else {
                executed.merge(kind, 1, Integer::sum);
                boolean passed = test.getElementsByTagName("failure").getLength() == 0
                        && test.getElementsByTagName("error").getLength() == 0;
                failed += passed ? 0 : 1;
            }
        }
    }

    private static Element parse(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + report, e);
        }
    }

    private static ServerKind kind(Element suite, Path report) throws IOException {
        if (isForEmbedded(suite)) {
            return ServerKind.EMBEDDED;
        }
        Path module = report.resolve("../../..").normalize();
        Path noted = module.resolve(ServerUsage.DIRECTORY).resolve(ServerUsage.outermost(suite.getAttribute("name")));
        if (!Files.exists(noted)) {
            return ServerKind.NONE;
        }
        return Files.readAllLines(noted).contains(ServerKind.REAL.name()) ? ServerKind.REAL : ServerKind.EMBEDDED;
    }

    private static boolean isForEmbedded(Element suite) {
        NodeList properties = suite.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (property.getAttribute("name").equals("test.servers")) {
                return property.getAttribute("value").equals("embedded");
            }
        }
        return false;
    }

    private static String simpleName(Element test) {
        String name = ServerUsage.outermost(test.getAttribute("classname"));
        return name.substring(name.lastIndexOf('.') + 1);
    }

    boolean isComplete() {
        return failed == 0
                && skipped.isEmpty()
                && executed.containsKey(ServerKind.REAL)
                && executed.containsKey(ServerKind.EMBEDDED);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (ServerKind kind : ServerKind.values()) {
            text.append("%6d tests against %s%n".formatted(executed.getOrDefault(kind, 0), kind.text()));
        }
        skipped.forEach((reason, tests) -> text.append(
                "%6d skipped: %s (%s)%n".formatted(tests.size(), reason, String.join(", ", new TreeSet<>(tests)))));
        int all = executed.values().stream().mapToInt(Integer::intValue).sum();
        int skips = skipped.values().stream().mapToInt(List::size).sum();
        return text.append("%d passed, %d failed, %d skipped".formatted(all - failed, failed, skips))
                .toString();
    }
}
