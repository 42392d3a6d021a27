package dev.mobilesync.admin.story;

import dev.mobilesync.admin.deadletter.DeadLetterSummary;
import dev.mobilesync.messages.HistoryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A story as text: the current state, then a timeline. */
final class StoryText {

    private record TimelineEntry(Instant at, String kind, String text) {}

    private StoryText() {}

    static List<String> lines(Story story) {
        List<String> lines = new ArrayList<>();
        lines.add("examinee " + story.examineeId() + " of plan " + story.planId());
        if (story.record().isEmpty() && story.recordProblem() == null) {
            lines.add(story.unavailable().containsKey("record") ? "  record unknown" : "  no record");
        }
        story.record().forEach((field, value) -> lines.add(row(field, value)));
        if (story.recordProblem() != null) {
            lines.add(row("UNREADABLE", story.recordProblem()));
        }
        lines.add(row("scheduled timeout", value(story, "deadline", story.deadline())));
        lines.add(row("paired phone", value(story, "paired phone", story.pairedDevice())));
        lines.add(row("on boards", value(story, "index", story.listedInPlan() ? "yes" : "no")));
        lines.add(row("on the roster", value(story, "roster", story.expected() ? "yes" : "no")));
        lines.add("");
        lines.add("timeline");
        List<TimelineEntry> entries = timeline(story);
        if (entries.isEmpty()) {
            lines.add("  nothing");
        }
        entries.forEach(entry -> lines.add(String.format("  %-24s  %-11s  %s", entry.at, entry.kind, entry.text)));
        undated(story)
                .forEach(letter ->
                        lines.add(String.format("  %-24s  %-11s  %s", "unknown", "dead letter", letter.line())));
        story.unavailable().forEach((part, reason) -> lines.add("UNAVAILABLE: " + part + ": " + reason));
        return lines;
    }

    /** A part that could not be read is not shown as missing. */
    private static Object value(Story story, String part, @Nullable Object value) {
        return story.unavailable().containsKey(part) ? "unknown" : Objects.requireNonNullElse(value, "none");
    }

    private static String row(String name, Object value) {
        return String.format("  %-17s  %s", name, value);
    }

    private static List<TimelineEntry> timeline(Story story) {
        List<TimelineEntry> entries = new ArrayList<>();
        for (Story.Picture picture : story.pictures()) {
            entries.add(new TimelineEntry(
                    picture.takenAt() == null ? picture.storedAt() : picture.takenAt(),
                    "picture",
                    (picture.deleteMarker() ? "delete marker" : "from " + picture.deviceId())
                            + (picture.version() == null ? "" : ", version " + picture.version())
                            + ", stored " + picture.storedAt() + (picture.latest() ? ", the latest" : "")));
        }
        story.events().forEach(entry -> entries.add(new TimelineEntry(entry.timestamp(), "event", event(entry))));
        story.orders().forEach(entry -> entries.add(new TimelineEntry(entry.timestamp(), "order", order(entry))));
        for (DeadLetterSummary letter : story.deadLetters()) {
            if (letter.sentAt() != null) {
                entries.add(new TimelineEntry(letter.sentAt(), "dead letter", letter.line()));
            }
        }
        entries.sort(Comparator.comparing(TimelineEntry::at));
        return entries;
    }

    private static List<DeadLetterSummary> undated(Story story) {
        return story.deadLetters().stream()
                .filter(letter -> letter.sentAt() == null)
                .toList();
    }

    private static String event(HistoryEntry entry) {
        return entry.status() + " by " + entry.actor()
                + (entry.by() == null ? "" : " " + entry.by())
                + (entry.errorCode() == null ? "" : ", " + entry.errorCode())
                + (entry.imageVersion() == null ? "" : ", picture version " + entry.imageVersion())
                + (entry.deadline() == null ? "" : ", until " + entry.deadline()) + ", revision " + entry.revision();
    }

    private static String order(HistoryEntry entry) {
        return entry.order() + " by " + entry.actor()
                + (entry.by() == null ? "" : " " + entry.by())
                + (entry.reason() == null ? "" : " \"" + entry.reason() + "\"") + ": " + entry.status()
                + (entry.deadline() == null ? "" : " until " + entry.deadline()) + ", revision " + entry.revision();
    }
}
