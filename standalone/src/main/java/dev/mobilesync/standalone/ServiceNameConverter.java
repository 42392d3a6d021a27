package dev.mobilesync.standalone;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Writes the name of the service in the pattern of {@code logback.xml}. */
public final class ServiceNameConverter extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return ServiceThreads.serviceOf(event.getLoggerName());
    }
}
