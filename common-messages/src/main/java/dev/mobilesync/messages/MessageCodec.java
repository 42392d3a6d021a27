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
 * Messages to and from their wire form: {@code {"type": …, "data": {…}}}, JSON in UTF-8. Fields that are not known are
 * ignored; a field that is missing or of a wrong form makes the message invalid. Thread-safe.
 */
public final class MessageCodec {

    /** The longest message that is read, in bytes; none of ours comes near. */
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
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .withCoercionConfig(LogicalType.Textual, MessageCodec::onlyStrings)
            .addModule(new SimpleModule().addDeserializer(Instant.class, new StrictInstantDeserializer()))
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private MessageCodec() {}

    /** The mapper behind this class: how the project writes JSON wherever it does. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    private static void onlyStrings(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    /** The wire form of {@code message}. */
    public static byte[] encode(Message message) {
        ObjectNode envelope = MAPPER.createObjectNode();
        envelope.put("type", message.type().wireName());
        envelope.set("data", MAPPER.valueToTree(message));
        return MAPPER.writeValueAsBytes(envelope);
    }

    /**
     * Reads a message of one of the kinds that {@code expected} stands for.
     *
     * @throws InvalidMessageException if the body is not JSON, is not a known message, is not of the expected kind, or
     *     breaks a rule of its type
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

    /** A rule of ours speaks for itself; the parser's own words may repeat the body, so only its place is told. */
    private static String reason(JacksonException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException || cause instanceof NullPointerException) {
                return "invalid field: " + cause.getMessage();
            }
        }
        var place = e.getLocation();
        return place == null || place.getLineNr() < 0
                ? "not of the expected form"
                : "not valid JSON at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }
}
