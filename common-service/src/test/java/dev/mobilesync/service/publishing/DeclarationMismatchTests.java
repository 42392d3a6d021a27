package dev.mobilesync.service.publishing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the message for a queue or exchange with other arguments. */
class DeclarationMismatchTests {

    @Test
    void namesMissingArgument() {
        assertThat(DeclarationMismatch.parse(
                        "queue status_queue",
                        "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'status_queue' in vhost '/':"
                                + " received the value '1000000' of type 'signedint' but current is none"))
                .hasToString(
                        "queue status_queue exists with other arguments: x-max-length is none, not 1000000. Move its"
                                + " messages away and delete it (rabbitmqctl -p '/' delete_queue status_queue); it is then"
                                + " declared again");
    }

    @Test
    void namesDifferingArgument() {
        assertThat(DeclarationMismatch.parse(
                        "exchange broadcast",
                        "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'broadcast' in vhost 'exam':"
                                + " received 'fanout' but current is 'direct'"))
                .asString()
                .startsWith("exchange broadcast exists with other arguments: type is direct, not fanout. ")
                .contains("rabbitmqadmin -V 'exam' delete exchange name=broadcast");
    }

    @Test
    void keepsUnknownReasons() {
        assertThat(DeclarationMismatch.parse("queue status_queue", "PRECONDITION_FAILED - something else"))
                .hasToString(
                        "queue status_queue cannot be declared: PRECONDITION_FAILED - something else. Read the reason"
                                + " in the broker's log");
    }
}
