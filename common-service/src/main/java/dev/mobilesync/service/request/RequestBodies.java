package dev.mobilesync.service.request;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.ExamineeMessage;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.security.AuthenticatedCaller;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the JSON bodies of requests that clients send over STOMP or REST. The text of an exception repeats nothing of a body. */
public final class RequestBodies {

    private static final Logger log = LoggerFactory.getLogger(RequestBodies.class);

    private final Clock clock;

    public RequestBodies(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads an order. The caller, the examinee and the time come from the server, whatever the body says.
     *
     * @throws InvalidMessageException if the body is not an order
     */
    public MobileSyncOrder order(byte[] body, ExamineeKey examinee, AuthenticatedCaller.PlanSupervisor by)
            throws InvalidMessageException {
        return parse(
                MobileSyncOrder.class,
                MessageType.MOBILE_SYNC_ORDER,
                fields(body, examinee)
                        .put("by", by.subject())
                        .put("role", by.role().toUpperCase(Locale.ROOT)));
    }

    /**
     * Reads the fields of a body, with or without an envelope. The examinee comes from the destination, the time from this
     * server.
     *
     * @throws InvalidMessageException if the body is not a JSON object
     */
    public ObjectNode fields(byte[] body, ExamineeKey examinee) throws InvalidMessageException {
        try {
            JsonNode json = MessageCodec.mapper().readTree(body);
            JsonNode data = json.path("data").isObject() ? json.get("data") : json;
            if (data instanceof ObjectNode fields) {
                return fields.put("planId", examinee.planId())
                        .put("examineeId", examinee.examineeId())
                        .put(
                                "timestamp",
                                clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            }
        } catch (JacksonException e) {
            log.debug("not JSON", e);
        }
        throw new InvalidMessageException("the body must be a JSON object");
    }

    /**
     * Returns the fields as a message of this type.
     *
     * @throws InvalidMessageException if a field is missing or invalid
     */
    public static <T extends ExamineeMessage> T parse(Class<T> expected, MessageType type, ObjectNode fields)
            throws InvalidMessageException {
        ObjectNode message = MessageCodec.mapper().createObjectNode().put("type", type.wireName());
        message.set("data", fields);
        return MessageCodec.decode(MessageCodec.mapper().writeValueAsBytes(message), expected);
    }
}
