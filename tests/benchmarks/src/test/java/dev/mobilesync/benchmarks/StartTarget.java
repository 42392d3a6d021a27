package dev.mobilesync.benchmarks;

import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A program whose start is measured.
 *
 * @param environment its settings, with its ports
 * @param managementPorts answer {@code /actuator/health/readiness}
 * @param variants the start commands by name
 */
record StartTarget(
        String name,
        Path directory,
        Map<String, String> environment,
        List<Integer> managementPorts,
        Map<String, List<String>> variants) {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String AS_BUILT = "java -jar";

    /** A service: the jar as built, and extracted with a cache as in its image. */
    static StartTarget service(String service, Path directory, Map<String, String> settings) throws IOException {
        Files.createDirectories(directory);
        Map<String, String> environment = new HashMap<>(settings);
        int port = TestPorts.freePort();
        int managementPort = service.equals("state-manager") ? port : TestPorts.freePort();
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        String jar =
                Repository.file(service + "/target/" + service + "-exec.jar").toString();
        Path image = directory.resolve("image");
        Shell.run(ChildProcess.java(), "-Djarmode=tools", "-jar", jar, "extract", "--destination", image.toString());
        String extracted = image.resolve(service + "-exec.jar").toString();
        Path cache = image.resolve("service.cache");
        boolean aot = Runtime.version().feature() >= 25;
        try (ChildProcess training = ChildProcess.start(
                directory,
                directory.resolve("training.out"),
                environment,
                List.of(
                        ChildProcess.java(),
                        (aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache,
                        "-Dspring.context.exit=onRefresh",
                        "-jar",
                        extracted))) {
            if (training.awaitExit() != 0 || !Files.exists(cache)) {
                throw new IllegalStateException("no cache of " + service + ": " + training.output());
            }
        }
        Map<String, List<String>> variants = new LinkedHashMap<>();
        variants.put(AS_BUILT, List.of(ChildProcess.java(), "-jar", jar));
        variants.put(
                "extracted, with a cache",
                List.of(
                        ChildProcess.java(),
                        (aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache,
                        "-jar",
                        extracted));
        return new StartTarget(service, directory, environment, List.of(managementPort), variants);
    }

    /** All services in one JVM, with embedded servers: the jar without a start cache and with it. */
    static StartTarget standalone(Path directory) throws IOException {
        Map<String, String> environment = new HashMap<>();
        List<Integer> managementPorts = new ArrayList<>();
        for (String name :
                List.of("WEB", "WEB_MANAGEMENT", "SOCKET", "SOCKET_MANAGEMENT", "STATE", "BROKER", "REDIS", "STORE")) {
            int port = TestPorts.freePort();
            environment.put("MOBILE_SYNC_" + name + "_PORT", Integer.toString(port));
            if (List.of("WEB_MANAGEMENT", "SOCKET_MANAGEMENT", "STATE").contains(name)) {
                managementPorts.add(port);
            }
        }
        Map<String, List<String>> variants = new LinkedHashMap<>();
        for (String variant : List.of("without a cache", "java -jar, with a cache")) {
            Path jar = Files.createDirectories(directory.resolve(variant.replaceAll("\\W+", "-")))
                    .resolve("mobile-sync.jar");
            Files.copy(Repository.file("standalone/target/mobile-sync.jar"), jar, StandardCopyOption.COPY_ATTRIBUTES);
            variants.put(variant, List.of(ChildProcess.java(), "-jar", jar.toString()));
            if (variant.startsWith(AS_BUILT)) {
                Shell.run(ChildProcess.java(), "-jar", jar.toString(), "--prepare");
            }
        }
        return new StartTarget("standalone", directory, environment, managementPorts, variants);
    }

    /** Starts the program, measures it and stops it. */
    StartTime start(List<String> command) {
        long started = System.nanoTime();
        try (ChildProcess process =
                ChildProcess.start(directory, directory.resolve(name + ".out"), environment, command)) {
            for (int port : managementPorts) {
                Awaitility.await()
                        .alias(name + " is ready, or see " + directory)
                        .atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(20))
                        .ignoreExceptions()
                        .until(() -> isReady(port));
            }
            StartTime time =
                    StartTime.until(started, ProcessHandle.of(process.pid()).orElseThrow());
            process.stop();
            return time;
        }
    }

    private static boolean isReady(int port) {
        return ApiClient.ofOther(URI.create("http://127.0.0.1:" + port))
                        .get("/actuator/health/readiness", "")
                        .statusCode()
                == 200;
    }
}
