package dev.mobilesync.messages;

/** The {@code data} of a message. {@link MessageCodec} defines the wire format. */
public sealed interface Message permits MobileCapture, ExamineeMessage {

    default MessageType type() {
        return MessageType.of(this);
    }
}
