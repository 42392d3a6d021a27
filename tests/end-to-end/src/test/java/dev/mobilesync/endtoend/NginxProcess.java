package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.Nginx;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A real nginx with the shipped {@code docker/nginx.conf}. The test replaces only what depends on the container: the two
 * ports, the addresses of the instances and the directories of temporary files. It also removes {@code resolve}, which only
 * matters for host names and which Debian's older nginx does not support.
 */
final class NginxProcess implements AutoCloseable {

    private final int webPort = TestPorts.freePort();
    private final int socketPort = TestPorts.freePort();
    private final Nginx nginx;

    /**
     * Starts nginx in front of two instances of each public service.
     *
     * @param directory an empty directory for nginx's files
     */
    static NginxProcess start(Path directory, List<URI> webServers, List<URI> socketServers) {
        return new NginxProcess(directory, webServers, socketServers);
    }

    private NginxProcess(Path directory, List<URI> webServers, List<URI> socketServers) {
        Map<String, String> replacements = new LinkedHashMap<>();
        replacements.put("listen 8080;", "listen 127.0.0.1:" + webPort + ";");
        replacements.put("listen 8081;", "listen 127.0.0.1:" + socketPort + ";");
        replacements.put("web-server-a:8080 resolve", webServers.get(0).getAuthority());
        replacements.put("web-server-b:8080 resolve", webServers.get(1).getAuthority());
        replacements.put("socket-server-a:8081 resolve", socketServers.get(0).getAuthority());
        replacements.put("socket-server-b:8081 resolve", socketServers.get(1).getAuthority());
        String configuration;
        try {
            configuration = Files.readString(Repository.file("docker/nginx.conf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            if (configuration.split(Pattern.quote(each.getKey()), -1).length != 2) {
                throw new AssertionError("docker/nginx.conf does not have one '" + each.getKey() + "'");
            }
            configuration = configuration.replace(each.getKey(), each.getValue());
        }
        nginx = Nginx.start(directory, configuration, webPort, socketPort);
    }

    URI web() {
        return URI.create("http://127.0.0.1:" + webPort);
    }

    URI socketHttp() {
        return URI.create("http://127.0.0.1:" + socketPort);
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + socketPort + "/ws");
    }

    /** The directory of request bodies that nginx does not keep in memory. */
    Path bodies() {
        return nginx.bodies();
    }

    /** The error log. nginx logs a warning for each body that it writes to a file. */
    String warnings() {
        return nginx.warnings();
    }

    @Override
    public void close() {
        nginx.close();
    }
}
