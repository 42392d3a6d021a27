package dev.mobilesync.socket.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedeliveryFilterTests {

    private final RedeliveryFilter filter = new RedeliveryFilter(2);

    @Test
    void detectsRedeliveryOfReceivedMessage() {
        assertThat(filter.isDuplicate("a", false)).isFalse();
        assertThat(filter.isDuplicate("a", true)).isTrue();
    }

    /** The first delivery did not arrive. */
    @Test
    void acceptsRedeliveryOfUnknownMessage() {
        assertThat(filter.isDuplicate("a", true)).isFalse();
    }

    /** A sender may publish a message again, and the browser of an examinee that has just subscribed needs it. */
    @Test
    void acceptsRepublishedMessage() {
        filter.isDuplicate("a", false);
        assertThat(filter.isDuplicate("a", false)).isFalse();
    }

    @Test
    void forgetsOldestMessage() {
        filter.isDuplicate("a", false);
        filter.isDuplicate("b", false);
        filter.isDuplicate("c", false);
        assertThat(filter.isDuplicate("a", true)).isFalse();
        assertThat(filter.isDuplicate("c", true)).isTrue();
    }
}
