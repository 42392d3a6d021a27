package dev.mobilesync.service.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the format of audit lines, also with malicious names. */
class AuditEventTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    @Test
    void formatsOneLine() {
        AuditEvent line = AuditEvent.of("view-picture")
                .by(new AuthenticatedCaller.Proctor("kim@example.com", Set.of("P001")))
                .with("plan", null)
                .with("address", "2001:db8::1")
                .with("plan", "P001");

        assertThat(line)
                .hasToString("action=view-picture role=proctor who=kim@example.com plan=P001 address=2001:db8::1");
    }

    @Test
    void namesOtherSubjects() {
        assertThat(AuditEvent.of("a1").by(new AuthenticatedCaller.Service("platform", Set.of("P001"))))
                .hasToString("action=a1 role=service who=platform");
        assertThat(AuditEvent.of("a1").by(new AuthenticatedCaller.Examinee(EXAMINEE, null)))
                .hasToString("action=a1 role=examinee who=P001:E001");
        assertThat(AuditEvent.of("a1").by(new AuthenticatedCaller.Device(EXAMINEE, "M001", null, null)))
                .hasToString("action=a1 role=device who=P001:E001:M001");
    }

    @Test
    void escapesForgedLinesAndFields() {
        String name =
                "kim\n2024-01-01 INFO audit: action=erase\r\u001b[2J\u2028\u0085\u202e\u0000 who=lee \"x\" \\ \ud800";

        String line =
                AuditEvent.of("order").with("who", name).with("plan", "P001").toString();

        assertThat(line)
                .isEqualTo("action=order who=\"kim\\u{a}2024-01-01 INFO audit: action=erase\\u{d}\\u{1b}[2J\\u{2028}"
                        + "\\u{85}\\u{202e}\\u{0} who=lee \\\"x\\\" \\\\ \\u{d800}\" plan=P001");
    }

    @Test
    void quotesEmptyValuesAndDashes() {
        assertThat(AuditEvent.of("order").with("who", "").with("plan", "-").with("name", "김철수"))
                .hasToString("action=order who=\"\" plan=\"-\" name=\"김철수\"");
    }
}
