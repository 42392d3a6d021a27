package dev.mobilesync.messages;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * Converts messages to and from the wire format {@code {"type": …, "data": {…}}}, JSON in UTF-8. Ignores unknown
 * fields. A missing required field or a malformed field makes the message invalid. Thread-safe.
 */
public final class MessageCodec {

    /** Maximum length of a message in bytes. */
    public static final int MAX_LENGTH = 64 * 1024;

    private static final int MAX_DEPTH = 16;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_LENGTH)
                            .build())
                    .build())
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(LogicalType.Textual, MessageCodec::rejectNonStrings)
            .addModule(new SimpleModule().addDeserializer(Instant.class, new StrictInstantDeserializer()))
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private MessageCodec() {}

    /** Returns the project's JSON mapper. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    private static void rejectNonStrings(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    public static byte[] encode(Message message) {
        ObjectNode envelope = MAPPER.createObjectNode();
        envelope.put("type", message.type().wireName());
        envelope.set("data", MAPPER.valueToTree(message));
        return MAPPER.writeValueAsBytes(envelope);
    }

    /**
     * Decodes a message of type {@code expected} or a subtype.
     *
     * @throws InvalidMessageException if the body is not JSON, its type is unknown or not expected, or a field is
     *     invalid
     */
    public static <T extends Message> T decode(byte[] body, Class<T> expected) throws InvalidMessageException {
        if (body.length > MAX_LENGTH) {
            throw new InvalidMessageException("longer than " + MAX_LENGTH + " bytes");
        }
        try {
            JsonNode envelope = MAPPER.readTree(body);
            MessageType type = typeOf(envelope);
            if (!expected.isAssignableFrom(type.dataClass())) {
                throw new InvalidMessageException(type.wireName() + " is not expected here");
            }
            JsonNode data = envelope.get("data");
            if (data == null || !data.isObject()) {
                throw new InvalidMessageException("data must be an object");
            }
            return expected.cast(MAPPER.treeToValue(data, type.dataClass()));
        } catch (JacksonException e) {
            throw new InvalidMessageException(reason(e));
        }
    }

    private static MessageType typeOf(JsonNode envelope) throws InvalidMessageException {
        JsonNode name = envelope.get("type");
        if (name == null || !name.isString()) {
            throw new InvalidMessageException("type must be a string");
        }
        for (MessageType type : MessageType.values()) {
            if (type.wireName().equals(name.asString())) {
                return type;
            }
        }
        throw new InvalidMessageException("unknown type");
    }

    /**
     * Returns the message of a failed validation. Of a parser error, only the location: its message may repeat the
     * body.
     */
    private static String reason(JacksonException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException || cause instanceof NullPointerException) {
                return "invalid field: " + cause.getMessage();
            }
        }
        var location = e.getLocation();
        return location == null || location.getLineNr() < 0
                ? "not of the expected form"
                : "not valid JSON at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
