package dev.mobilesync.standalone;

import dev.mobilesync.service.properties.PropertiesFailureAnalyzer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.util.FileSystemUtils;

/** Starts all services of mobile-sync in one JVM. {@link Options#COMMAND_LINE} lists its options. */
public final class MobileSync {

    private static final String SECRET_VARIABLE = "MOBILE_SYNC_JWT_SECRET";
    private static final Pattern ORIGIN = Pattern.compile("https?://[^/]+");
    private static final String ISSUER_VARIABLE = "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI";

    private final Options options;
    private final Map<String, String> environment;
    private final PrintStream out;

    private MobileSync(Options options, Map<String, String> environment, PrintStream out) {
        this.options = options;
        this.environment = environment;
        this.out = out;
    }

    public static void main(String[] arguments) {
        Options.COMMAND_LINE.check(System.out, System.err, arguments).ifPresent(System::exit);
        if (Arrays.asList(arguments).contains(Options.PREPARE)) {
            System.exit(StartCache.ofRunningJar()
                    .map(cache -> cache.create(System.out))
                    .orElse(1));
        }
        StartCache.exitWithLauncher();
        StartCache.ofRunningJar().ifPresent(cache -> cache.relaunch(arguments).ifPresent(System::exit));
        System.setProperty("java.awt.headless", "true");
        // logback.xml configures logging for the whole JVM, instead of each service.
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // By default, the embedded store's Guice uses an API that Java 25 warns about.
        System.setProperty("guice_custom_class_loading", "CHILD");
        Options options;
        try {
            StructuredLogs.configure();
            options = Options.of(Arrays.asList(arguments), System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        MobileSync mobileSync = new MobileSync(options, System.getenv(), System.out);
        try {
            if (options.check()) {
                System.exit(mobileSync.check() ? 0 : 1);
            }
            mobileSync.run();
        } catch (IOException | RuntimeException e) {
            System.err.println("mobile-sync could not start: " + PropertiesFailureAnalyzer.describe(e));
            if (Boolean.getBoolean("mobile-sync.debug")) {
                e.printStackTrace();
            }
            System.exit(1);
        }
    }

    private void run() {
        long started = System.nanoTime();
        out.println("mobile-sync starts …");
        @Nullable DemoData demo = demo(options.dataDirectory());
        BackingServices backingServices = startBackingServices(options.dataDirectory());
        try {
            Services services = Services.start(options, properties(backingServices, demo));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                services.close();
                                backingServices.close();
                            },
                            "mobile-sync-stop"));
            printBanner(backingServices, services, demo, System.nanoTime() - started);
        } catch (RuntimeException e) {
            backingServices.close();
            throw e;
        }
    }

    private boolean check() throws IOException {
        if (issuer() != null) {
            throw new IllegalStateException("--check signs tokens by itself: give " + SECRET_VARIABLE + " instead of "
                    + ISSUER_VARIABLE + ", or neither");
        }
        Path data = Files.createTempDirectory("mobile-sync-check");
        try {
            DemoData demo = Objects.requireNonNull(demo(data));
            out.println("mobile-sync check\n");
            long started = System.nanoTime();
            try (BackingServices backingServices = startBackingServices(data)) {
                for (BackingServices.Server server : backingServices.servers()) {
                    out.printf("       %-7s %s, %s%n", server.name(), server.source(), server.address());
                }
                printStage(started, "broker, Redis and store are ready");
                started = System.nanoTime();
                Map<String, String> properties = properties(backingServices, demo);
                properties.put("mobile-sync.socket-queue", "broadcast_queue." + UUID.randomUUID());
                try (Services services = Services.start(options, properties)) {
                    printStage(started, "web-server, state-manager and socket-server are up");
                    return new SmokeTest(demo, webAddress(services), URI.create(socketAddress(services)), out).run();
                }
            }
        } finally {
            if (!FileSystemUtils.deleteRecursively(data.toFile())) {
                System.err.println("could not delete " + data);
            }
        }
    }

    private void printStage(long started, String what) {
        out.printf(Locale.ROOT, "  ok   %5d ms  %s%n", (System.nanoTime() - started) / 1_000_000, what);
    }

    private BackingServices startBackingServices(Path data) {
        return BackingServices.start(
                options, data, environment, DemoData.inDirectory(data).secret());
    }

    /** Returns the demo's data; {@code null} if an issuer signs the tokens. */
    private @Nullable DemoData demo(Path data) {
        if (issuer() != null) {
            return null;
        }
        String secret = environment.get(SECRET_VARIABLE);
        return secret == null || secret.isBlank() ? DemoData.inDirectory(data) : new DemoData(secret);
    }

    private @Nullable String issuer() {
        String issuer = environment.get(ISSUER_VARIABLE);
        return issuer == null || issuer.isBlank() ? null : issuer;
    }

    private Map<String, String> properties(BackingServices backingServices, @Nullable DemoData demo) {
        Map<String, String> properties = new HashMap<>(backingServices.properties());
        if (demo != null) {
            properties.put("mobile-sync.jwt.secret", demo.secret());
        }
        if (!environment.containsKey("MOBILE_SYNC_DRAIN_TIME")) {
            properties.put("mobile-sync.drain-time", "0s");
        }
        if (!environment.containsKey("MOBILE_SYNC_ALLOWED_ORIGINS")) {
            properties.put("mobile-sync.allowed-origins", allowedOrigins());
        }
        if (!environment.containsKey("MOBILE_SYNC_PAGES_SOCKET_URL")) {
            properties.put("mobile-sync.pages.socket-url", ":" + options.socketPort() + "/ws");
        }
        if (demo != null && !environment.containsKey("MOBILE_SYNC_PAGES_FRAGMENT_TOKENS")) {
            properties.put("mobile-sync.pages.fragment-tokens", "true");
        }
        return properties;
    }

    /** The origins of the pages: of this machine's addresses and, behind a proxy, of the public URL. */
    private String allowedOrigins() {
        String local = LocalAddresses.origins(options.webPort());
        Matcher publicOrigin = ORIGIN.matcher(environment.getOrDefault("MOBILE_SYNC_PUBLIC_URL", ""));
        return publicOrigin.lookingAt() ? local + "," + publicOrigin.group() : local;
    }

    private static String webAddress(Services services) {
        return "http://localhost:" + services.webPort();
    }

    private static String socketAddress(Services services) {
        return "ws://localhost:" + services.socketPort() + "/ws";
    }

    private void printBanner(BackingServices backingServices, Services services, @Nullable DemoData demo, long nanos) {
        if (demo != null) {
            // First, because scripts wait for the next line and then read the files.
            demo.writeFiles(options.dataDirectory(), webAddress(services), socketAddress(services));
        }
        out.printf(Locale.ROOT, "mobile-sync is up after %.1f s. Stop it with Ctrl-C.%n%n", nanos / 1e9);
        out.println("  web-server     " + webAddress(services) + "      phones upload, proctors read");
        out.println("  socket-server  " + socketAddress(services) + "   browsers listen (STOMP)");
        out.println("  state-manager  health and metrics only");
        out.printf(
                "  health         http://localhost:%d, :%d, :%d  /actuator/health%n",
                services.webManagementPort(), services.socketManagementPort(), services.statePort());
        for (BackingServices.Server server : backingServices.servers()) {
            out.printf("  %-13s  %s, %s%n", server.name(), server.address(), server.source());
        }
        out.println("  data           " + options.dataDirectory());
        if (demo == null) {
            out.println("\nTokens come from " + issuer() + ".");
            return;
        }
        Path data = options.dataDirectory();
        String env = relative(data.resolve("demo.env"));
        new PageLinks(demo, webAddress(services), environment.get("MOBILE_SYNC_PUBLIC_URL"))
                .print(out, LocalAddresses.forPhones(services.webPort()).orElse(null));
        out.printf("""
                Or with curl, in another terminal. Tokens, valid for 12 hours, are in %1$s:

                  . %1$s
                  curl -i "$WEB/api/v1/plans/P001/examinees/E001/mobile-captures" -H "Authorization: Bearer $DEVICE_TOKEN" \\
                    -F 'metadata={"type":"mobile_capture","data":{"deviceId":"M001","deviceInfo":{"model":"iPhone 12","osVersion":"iOS 15.0"}}};type=application/json' \\
                    -F 'image=@%2$s;type=image/jpeg'
                  curl "$WEB/api/v1/plans/P001/mobile-sync" -H "Authorization: Bearer $PROCTOR_TOKEN"

                """, env, relative(data.resolve("sample.jpg")));
    }

    private static String relative(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
