package dev.mobilesync.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A file of requests in the syntax of the REST Client of Visual Studio Code, as far as {@code docs/examples} uses it. */
final class HttpFile {

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^###.*\n");
    private static final Pattern DEFINITION = Pattern.compile("@(\\w+) = (.*)");
    private static final Pattern NAME = Pattern.compile("# @name (\\w+)");
    private static final Pattern REFERENCE = Pattern.compile("\\{\\{([^}]+)}}");
    private static final Pattern RESPONSE = Pattern.compile("(\\w+)\\.response\\.body\\.\\$\\.([\\w.]+)");
    private static final String ENVIRONMENT = "$processEnv ";

    private final List<String> sections;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, JsonNode> responses = new HashMap<>();
    private final Map<String, String> environment;
    private final Function<String, byte[]> files;

    /**
     * A request, with all references resolved.
     *
     * @param name of the response, for references to it
     */
    record Request(@Nullable String name, String method, String url, Map<String, String> headers, byte[] body) {}

    /**
     * @param files contents by the path after {@code <}
     */
    HttpFile(String text, Map<String, String> environment, Function<String, byte[]> files) {
        this.environment = environment;
        this.files = files;
        List<String> parts = new ArrayList<>(List.of(SEPARATOR.split(text)));
        for (String line : parts.remove(0).split("\n")) {
            Matcher definition = DEFINITION.matcher(line);
            if (definition.matches()) {
                variables.put(definition.group(1), resolve(definition.group(2)));
            }
        }
        sections = parts;
    }

    int size() {
        return sections.size();
    }

    /** The request at this position. It may refer to earlier responses. */
    Request request(int index) {
        String[] headAndBody = sections.get(index).split("\n\n", 2);
        String name = null;
        List<String> head = new ArrayList<>();
        for (String line : headAndBody[0].split("\n")) {
            Matcher named = NAME.matcher(line);
            if (named.matches()) {
                name = named.group(1);
            } else if (!line.startsWith("#")) {
                head.add(resolve(line));
            }
        }
        String[] requestLine = head.remove(0).split(" ", 2);
        Map<String, String> headers = new HashMap<>();
        for (String header : head) {
            String[] parts = header.split(": ", 2);
            headers.put(parts[0], parts[1]);
        }
        byte[] body = headAndBody.length == 1
                ? new byte[0]
                : body(
                        headAndBody[1].strip(),
                        headers.getOrDefault("Content-Type", "").startsWith("multipart/"));
        return new Request(name, requestLine[0], requestLine[1], headers, body);
    }

    /** The lines of a form end with CRLF. */
    private byte[] body(String text, boolean form) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String line : text.split("\n")) {
            body.writeBytes(
                    line.startsWith("< ")
                            ? files.apply(line.substring(2))
                            : resolve(line).getBytes(UTF_8));
            body.writeBytes((form ? "\r\n" : "\n").getBytes(UTF_8));
        }
        return body.toByteArray();
    }

    /** Keeps a response for later references. */
    void keep(Request request, JsonNode response) {
        if (request.name() != null) {
            responses.put(request.name(), response);
        }
    }

    private String resolve(String text) {
        return REFERENCE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
    }

    private JsonNode response(String name) {
        return Objects.requireNonNull(responses.get(name), name);
    }

    private String value(String reference) {
        Matcher response = RESPONSE.matcher(reference);
        String value = reference.equals("$guid")
                ? UUID.randomUUID().toString()
                : reference.startsWith(ENVIRONMENT)
                        ? environment.get(reference.substring(ENVIRONMENT.length()))
                        : response.matches()
                                ? response(response.group(1))
                                        .at("/" + response.group(2).replace('.', '/'))
                                        .asString()
                                : variables.get(reference);
        if (value == null) {
            throw new IllegalStateException("nothing is named " + reference);
        }
        return value;
    }
}
