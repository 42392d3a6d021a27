package dev.mobilesync.messages;

import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** Accepts ISO-8601 text from 1970 to 9999, which an AMQP timestamp can represent. Rejects numbers. */
final class StrictInstantDeserializer extends StdScalarDeserializer<Instant> {

    private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999999Z");

    StrictInstantDeserializer() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) {
        String text = parser.getValueAsString("");
        try {
            Instant instant = Instant.parse(parser.currentToken().isNumeric() ? "" : text);
            if (!instant.isBefore(Instant.EPOCH) && !instant.isAfter(END)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Reported below without the text.
        }
        throw context.weirdStringException("", Instant.class, "not a time in ISO-8601");
    }
}
