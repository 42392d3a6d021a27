package dev.mobilesync.testsupport;

/** The kind of servers that a test class used. */
public enum ServerKind {
    /** RabbitMQ and Redis of the machine, of a container or of the test; the object store may be embedded. */
    REAL("real servers"),
    EMBEDDED("embedded servers"),
    NONE("no server");

    private final String text;

    ServerKind(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
