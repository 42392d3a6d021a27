package dev.mobilesync.benchmarks;

/** The operations that are timed. The label starts a row here and in docs/performance.md. */
enum Operation {
    STORE("baseline: the store stores a picture"),
    /** The SDK's default. Nagle's algorithm delays these requests; docs/performance.md omits the row. */
    STORE_WITHOUT_NO_DELAY("baseline: the store stores a picture, without TCP_NODELAY"),
    BROKER("baseline: the broker confirms a message"),
    UPLOAD("upload to 201"),
    FIRST_BYTE_TO_201("from the phone's first byte to 201"),
    FIRST_BYTE_TO_BROWSER("from the phone's first byte to the examinee's browser"),
    ENTER("a browser enters the step and receives WAITING");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
