package dev.mobilesync.service.security;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line of the audit log, written by the logger {@code audit} at level INFO: {@code time=… action=… name=value …}.
 * The time is in UTC. {@code -} stands for an unknown value. The field {@code result} is the HTTP status, or a
 * word for orders and for other commands that clients send over STOMP. Values with characters other than letters, digits and a few
 * signs are quoted and escaped, so that a value cannot imitate a field or a line. Never add tokens, pictures or free text.
 */
public final class AuditEvent {

    private static final Logger log = LoggerFactory.getLogger("audit");

    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private AuditEvent() {}

    /**
     * @param action such as {@code view-picture}
     */
    public static AuditEvent of(String action) {
        return new AuditEvent().with("action", action);
    }

    /** Adds the caller: the subject of a proctor or of the platform's server, or the ids of an examinee or a device. */
    public AuditEvent by(AuthenticatedCaller caller) {
        if (caller instanceof AuthenticatedCaller.PlanSupervisor supervisor) {
            return with("role", supervisor.role()).with("who", supervisor.subject());
        }
        if (caller instanceof AuthenticatedCaller.Device device) {
            return with("role", "device").with("who", device.examinee().qualifiedId() + ":" + device.deviceId());
        }
        return with("role", "examinee")
                .with("who", ((AuthenticatedCaller.Examinee) caller).examinee().qualifiedId());
    }

    /** Adds a field or replaces its value. */
    public AuditEvent with(String name, @Nullable Object value) {
        fields.put(name, value == null ? "-" : text(value.toString()));
        if (value == null) {
            values.remove(name);
        } else {
            values.put(name, value instanceof Number ? value : value.toString());
        }
        return this;
    }

    /** Writes the line. In a structured log its fields are also members of {@code audit}. */
    public void write() {
        LoggingEventBuilder line = log.atInfo();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            line = line.addKeyValue("audit." + value.getKey(), value.getValue());
        }
        line.log("time={} {}", Instant.now().truncatedTo(ChronoUnit.MILLIS), this);
    }

    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String text(String value) {
        if (value.matches("[A-Za-z0-9_.:/@+-]{2,}|[A-Za-z0-9]")) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').appendCodePoint(character);
            } else if (character == ' ' || Character.isLetterOrDigit(character) || isPrintableAscii(character)) {
                quoted.appendCodePoint(character);
            } else {
                quoted.append(String.format("\\u{%x}", character));
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isPrintableAscii(int character) {
        return character > ' ' && character < 0x7F;
    }
}
