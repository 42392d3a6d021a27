package dev.mobilesync.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.mobilesync.messages.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;

class StructuredLogsTests {

    private final LoggerContext context = new LoggerContext();

    @ParameterizedTest
    @CsvSource({"ecs, /service/name, /audit/action", "logstash, /service, /audit.action", "gelf, /host, /_audit.action"
    })
    void writesOneDocumentPerLine(String format, String service, String action) {
        LoggingEvent event = new LoggingEvent(
                "",
                context.getLogger("dev.mobilesync.web.Test"),
                Level.WARN,
                "first\nsecond {}",
                new IllegalStateException("third\nfourth"),
                new Object[] {"\r\n"});
        event.setMDCPropertyMap(Map.of());
        event.addKeyValuePair(new KeyValuePair("audit.action", "upload"));

        String line = new String(new StructuredLogs(context, format).encode(event), StandardCharsets.UTF_8);

        assertThat(line).endsWith("\n").containsOnlyOnce("\n");
        JsonNode document = MessageCodec.mapper().readTree(line);
        assertThat(document.at(service).asString("")).isEqualTo("web-server");
        assertThat(document.at(action).asString("")).isEqualTo("upload");
    }

    @Test
    void rejectsUnknownFormat() {
        assertThatThrownBy(() -> new StructuredLogs(context, "xml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ecs");
    }
}
