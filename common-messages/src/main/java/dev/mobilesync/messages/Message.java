package dev.mobilesync.messages;

/** The {@code data} of a message. What it looks like on the wire is {@link MessageCodec}'s. */
public sealed interface Message permits MobileCapture, ExamineeMessage {

    /** The message's type. */
    default MessageType type() {
        return MessageType.of(this);
    }
}
