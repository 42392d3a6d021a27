package dev.mobilesync.reliability;

import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** All events in the order of recording. Events are never removed. */
final class History {

    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();

    void add(Event event) {
        events.add(event);
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    <E extends Event> Stream<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    <E extends Event> long count(Class<E> type, Predicate<E> which) {
        return of(type).filter(which).count();
    }

    /** Writes one line of JSON per event. */
    void write(Path file) {
        List<String> lines = events.stream()
                .map(event -> {
                    ObjectNode line = MessageCodec.mapper().createObjectNode();
                    line.put("event", event.getClass().getSimpleName());
                    line.setAll((ObjectNode) MessageCodec.mapper().valueToTree(event));
                    return line.toString();
                })
                .toList();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
