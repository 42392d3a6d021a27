package dev.mobilesync.standalone;

import static java.util.Objects.requireNonNull;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Writes the log as JSON if {@code logging.structured.format.console} is set, as Spring Boot does in a single service. The three
 * services share one log, so each line names its service, as {@code service.name} (ECS), {@code service} (Logstash) or
 * {@code host} (GELF).
 */
final class StructuredLogs extends EncoderBase<ILoggingEvent> {

    private static final String FORMAT = "logging.structured.format.console";

    private final Map<String, Encoder<ILoggingEvent>> encoders = new HashMap<>();

    /**
     * @throws IllegalArgumentException if the format is unknown
     */
    StructuredLogs(LoggerContext context, String format) {
        setContext(context);
        for (String service : ServiceThreads.names()) {
            encoders.put(service, encoder(context, format, service));
        }
    }

    /** Replaces the encoder of {@code logback.xml} if the environment names a format. */
    static void configure() {
        String format = new StandardEnvironment().getProperty(FORMAT);
        if (!StringUtils.hasText(format)) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        StructuredLogs encoder = new StructuredLogs(context, format);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>)
                requireNonNull(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE"));
        console.stop();
        console.setEncoder(encoder);
        console.start();
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String format, String service) {
        StandardEnvironment environment = new StandardEnvironment();
        Map<String, Object> properties = new HashMap<>(Map.of("spring.application.name", service));
        if (format.equals("logstash")) {
            // This format has no member for the application.
            properties.put("logging.structured.json.add.service", service);
        }
        environment.getPropertySources().addFirst(new MapPropertySource("service", properties));
        context.putObject(Environment.class.getName(), environment);
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(context);
        encoder.setFormat(format);
        encoder.start();
        return encoder;
    }

    /** Appenders encode in the thread that writes the event. */
    @Override
    public byte[] encode(ILoggingEvent event) {
        return requireNonNull(encoders.get(ServiceThreads.serviceOf(event.getLoggerName())))
                .encode(event);
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }
}
