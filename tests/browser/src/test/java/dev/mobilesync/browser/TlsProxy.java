package dev.mobilesync.browser;

import dev.mobilesync.testsupport.Nginx;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.SelfSigned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real nginx that terminates TLS and speaks HTTP/2, with the server block of {@code docs/configuration.md}. The test replaces
 * the name, the ports and the certificate.
 */
final class TlsProxy implements AutoCloseable {

    private static final Pattern SERVER_BLOCK =
            Pattern.compile("```nginx\\n(server \\{\\n {2}listen 443 .*?)```", Pattern.DOTALL);

    private final int port;
    private final Nginx nginx;

    /**
     * @param directory an empty directory for nginx's files
     * @param port the port of {@link #web()}
     */
    static TlsProxy start(Path directory, int port, RunningApplication application) {
        Path certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        SelfSigned.in(directory).writePem(certificate, key);
        Map<String, String> replacements = new LinkedHashMap<>();
        replacements.put("listen 443 ", "listen 127.0.0.1:" + port + " ");
        replacements.put("sync.example.com", "localhost");
        replacements.put("/etc/nginx/tls/fullchain.pem", certificate.toString());
        replacements.put("/etc/nginx/tls/privkey.pem", key.toString());
        replacements.put("127.0.0.1:8080", application.web().getAuthority());
        replacements.put("127.0.0.1:8081", application.socket().getAuthority());
        return new TlsProxy(directory, port, serverBlock(replacements));
    }

    private TlsProxy(Path directory, int port, String serverBlock) {
        this.port = port;
        nginx = Nginx.start(directory, "events {}\nhttp {\naccess_log off;\n" + serverBlock + "}\n", port);
    }

    private static String serverBlock(Map<String, String> replacements) {
        String documentation;
        try {
            documentation = Files.readString(Repository.file("docs/configuration.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher matcher = SERVER_BLOCK.matcher(documentation);
        if (!matcher.find()) {
            throw new AssertionError("docs/configuration.md has no server block for port 443");
        }
        String block = matcher.group(1);
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            if (!block.contains(each.getKey())) {
                throw new AssertionError("the server block does not contain '" + each.getKey() + "'");
            }
            block = block.replace(each.getKey(), each.getValue());
        }
        return block;
    }

    /** The address of both public services. */
    URI web() {
        return URI.create("https://localhost:" + port);
    }

    @Override
    public void close() {
        nginx.close();
    }
}
