package dev.mobilesync.service.publishing;

import dev.mobilesync.messages.MessageType;
import java.util.Set;

/** The types of the messages that a service publishes. Their timers exist from the start. */
public record PublishedTypes(Set<MessageType> types) {}
