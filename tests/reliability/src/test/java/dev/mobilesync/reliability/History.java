package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Records the difference that the check finds between a message and the API documents, if any. */
    void addIfUndocumented(Runnable check) {
        try {
            check.run();
        } catch (AssertionError | RuntimeException e) {
            add(new Event.Undocumented(Instant.now(), e.toString()));
        }
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

    /** The uploads that were sent to the server before the instant and have no response. */
    List<Event.Uploading> unanswered(String server, Instant before) {
        Map<String, Event.Uploading> open = new HashMap<>();
        for (Event event : events) {
            if (event instanceof Event.Uploading sent) {
                open.put(id(sent.examinee(), sent.picture(), sent.attempt()), sent);
            } else if (event instanceof Event.Answered response) {
                open.remove(id(response.examinee(), response.picture(), response.attempt()));
            } else if (event instanceof Event.Unanswered none) {
                open.remove(id(none.examinee(), none.picture(), none.attempt()));
            }
        }
        return open.values().stream()
                .filter(sent -> sent.server().equals(server) && sent.at().isBefore(before))
                .toList();
    }

    private static String id(ExamineeKey examinee, String picture, int attempt) {
        return examinee.qualifiedId() + " " + picture + " " + attempt;
    }

    /** The status of the upload's response, or 0 without one. */
    int statusOf(Event.Uploading sent) {
        return of(Event.Answered.class)
                .filter(response -> response.examinee().equals(sent.examinee())
                        && response.picture().equals(sent.picture())
                        && response.attempt() == sent.attempt())
                .mapToInt(Event.Answered::status)
                .findFirst()
                .orElse(0);
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
