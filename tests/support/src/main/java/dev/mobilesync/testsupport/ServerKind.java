package dev.mobilesync.testsupport;

/** What a test class ran against. */
public enum ServerKind {
    /** RabbitMQ and Redis of the machine, of a container, or processes of the test's own; the object store may be embedded. */
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
