package dev.mobilesync.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void matchDocumentedNames() {
        assertThat(RedisKeys.record(EXAMINEE)).isEqualTo("plan:P001:examinee:E001:mobile_sync");
        assertThat(AmqpNames.STATUS_QUEUE).isEqualTo("status_queue");
        assertThat(AmqpNames.BROADCAST_QUEUE).isEqualTo("broadcast_queue");
        assertThat(StompTopics.examinee(EXAMINEE)).isEqualTo("/topic/plans/P001/examinees/E001/mobile-sync");
        assertThat(StompTopics.plan("P001")).isEqualTo("/topic/plans/P001/mobile-sync");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "P001", "0", "a-b_c", "0123456789012345678901234567890123456789012345678901234567890123"})
    void acceptsValidIdentifiers(String id) {
        assertThat(Identifiers.isValid(id)).isTrue();
        assertThat(ExamineeKey.parse(new ExamineeKey(id, "E-1").qualifiedId())).isEqualTo(new ExamineeKey(id, "E-1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "_a",
                "a b",
                "a:b",
                "a/b",
                "a.b",
                "a*",
                "a#",
                "é",
                "a\n",
                "..",
                "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void rejectsInvalidIdentifiers(String id) {
        assertThat(Identifiers.isValid(id)).isFalse();
        assertThatThrownBy(() -> new ExamineeKey("P1", id)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExamineeKey(id, "E1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsMemberWithoutColon() {
        assertThatThrownBy(() -> ExamineeKey.parse("P001")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(MessageType.class)
    void messageTypeMatchesClassName(MessageType type) {
        assertThat(type.wireName()).isEqualTo(type.name().toLowerCase(Locale.ROOT));
        assertThat(type.dataClass().getSimpleName().toLowerCase(Locale.ROOT))
                .isEqualTo(type.wireName().replace("_", ""));
    }

    @Test
    void messageIdIsDeterministic() {
        assertThat(AmqpNames.messageId("a", "b")).isEqualTo(AmqpNames.messageId("a", "b"));
        assertThat(AmqpNames.messageId("a", "b")).isNotEqualTo(AmqpNames.messageId("ab"));
    }
}
