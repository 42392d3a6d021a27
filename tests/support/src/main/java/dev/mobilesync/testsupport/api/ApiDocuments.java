package dev.mobilesync.testsupport.api;

import static java.util.Objects.requireNonNull;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The documents that describe the interfaces: OpenAPI, AsyncAPI, and the JSON Schemas of the messages. Each is read once per
 * JVM. Thread-safe.
 */
public final class ApiDocuments {

    private static final String DIRECTORY = "/api/";
    /** Any absolute address, against which the documents' relative references are resolved. Nothing is fetched. */
    private static final String BASE = "https://documents.invalid/";

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /** Also reads JSON, which is YAML. */
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private static final ApiDocuments TOLERANT = new ApiDocuments(false);
    private static final ApiDocuments EXACT = new ApiDocuments(true);

    private final boolean exact;
    private final Map<String, JsonNode> documents = new ConcurrentHashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final SchemaRegistry registry;

    private ApiDocuments(boolean exact) {
        this.exact = exact;
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(iri -> iri.startsWith(BASE)
                        ? read(iri.substring(BASE.length())).toString()
                        : null));
    }

    /** The documents as they are: a reader ignores fields that it does not know. For what a service receives. */
    public static ApiDocuments tolerant() {
        return TOLERANT;
    }

    /** The documents, but an object has no field that they do not describe. For what a service sends. */
    public static ApiDocuments exact() {
        return EXACT;
    }

    /**
     * A document.
     *
     * @param name such as {@code openapi.yaml} or {@code schemas/mobile_sync_wait.json}
     */
    public JsonNode read(String name) {
        return documents.computeIfAbsent(name, this::parse);
    }

    private JsonNode parse(String name) {
        try (InputStream in = requireNonNull(ApiDocuments.class.getResourceAsStream(DIRECTORY + name), name)) {
            JsonNode document = MAPPER.readTree(in);
            if (exact) {
                forbidOtherFields(document);
            }
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forbidOtherFields(JsonNode node) {
        if (node instanceof ObjectNode schema
                && schema.path("type").asString("").equals("object")
                && schema.has("properties")
                && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        node.forEach(ApiDocuments::forbidOtherFields);
    }

    /**
     * Compares a value with a schema.
     *
     * @param reference a document and a JSON pointer, such as {@code schemas/common.json#/$defs/id}
     * @return what differs; empty if the value is valid
     */
    public List<String> errors(String reference, JsonNode value) {
        return schemas
                .computeIfAbsent(reference, key -> registry.getSchema(SchemaLocation.of(BASE + key)))
                .validate(value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Object::toString)
                .toList();
    }

    /** Compares a header or a parameter with a schema: as a number if it looks like one, or as text. */
    List<String> errorsOfText(String reference, String value) {
        List<String> errors = errors(reference, JsonNodeFactory.instance.stringNode(value));
        return errors.isEmpty() || !NUMBER.matcher(value).matches()
                ? errors
                : errors(reference, JsonNodeFactory.instance.numberNode(Long.parseLong(value)));
    }
}
