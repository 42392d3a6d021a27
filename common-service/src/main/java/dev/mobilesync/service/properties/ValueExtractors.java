package dev.mobilesync.service.properties;

import jakarta.validation.valueextraction.ExtractedValue;
import jakarta.validation.valueextraction.UnwrapByDefault;
import jakarta.validation.valueextraction.ValueExtractor;
import java.net.URI;
import org.springframework.util.unit.DataSize;

/** Applies constraints of numbers to the bytes of a {@link DataSize}, and those of strings to a {@link URI}. */
public final class ValueExtractors {

    private ValueExtractors() {}

    @UnwrapByDefault
    public static final class Bytes implements ValueExtractor<@ExtractedValue(type = Long.class) DataSize> {

        @Override
        public void extractValues(DataSize size, ValueReceiver receiver) {
            receiver.value(null, size.toBytes());
        }
    }

    @UnwrapByDefault
    public static final class Text implements ValueExtractor<@ExtractedValue(type = String.class) URI> {

        @Override
        public void extractValues(URI uri, ValueReceiver receiver) {
            receiver.value(null, uri.toString());
        }
    }
}
