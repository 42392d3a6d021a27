package dev.mobilesync.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** Locates a redis-server executable. */
final class RedisExecutable {

    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");

    private RedisExecutable() {}

    /** Returns the executable on the PATH; if there is none, unpacks the bundled one into the data directory. */
    static Path find(DataDirectory data) throws IOException {
        Optional<Path> installed = onPath();
        return installed.isPresent() ? installed.get() : unpack(data);
    }

    static Path unpack(DataDirectory data) throws IOException {
        Path directory = Files.createDirectories(data.resolve("bin"));
        return ExecutableProvider.newJarResourceProvider(directory.toFile())
                .get()
                .toPath();
    }

    static int majorVersion(Path executable) throws IOException {
        Process process = new ProcessBuilder(executable.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        Matcher version = VERSION.matcher(output);
        if (!version.find()) {
            throw new IOException(executable + " --version printed: " + output);
        }
        return Integer.parseInt(version.group(1));
    }

    private static Optional<Path> onPath() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
