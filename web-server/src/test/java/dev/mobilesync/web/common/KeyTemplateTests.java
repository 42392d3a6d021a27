package dev.mobilesync.web.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P-1", "E_1");

    @Test
    void formatsAndParsesKeys() {
        KeyTemplate template = new KeyTemplate("{examineeId}/sync_cap.jpg");

        assertThat(template.key(EXAMINEE)).isEqualTo("E_1/sync_cap.jpg");
        assertThat(template.parse("E_1/sync_cap.jpg")).isEqualTo(new KeyTemplate.Ids(null, "E_1"));
        assertThat(template.parse("E_1/sync_capXjpg")).isNull();
        assertThat(template.parse("../sync_cap.jpg")).isNull();
        assertThat(template.parse("a/E_1/sync_cap.jpg")).isNull();
        assertThat(template.parse("")).isNull();
    }

    @Test
    void supportsPlanInTemplate() {
        KeyTemplate template = new KeyTemplate("plan-{planId}/{examineeId}.jpg");

        assertThat(template.key(EXAMINEE)).isEqualTo("plan-P-1/E_1.jpg");
        assertThat(template.parse("plan-P-1/E_1.jpg")).isEqualTo(new KeyTemplate.Ids("P-1", "E_1"));
        assertThat(new KeyTemplate.Ids("P-1", "E_1").matches(EXAMINEE)).isTrue();
        assertThat(new KeyTemplate.Ids("P-2", "E_1").matches(EXAMINEE)).isFalse();
        assertThat(new KeyTemplate.Ids(null, "E_1").matches(EXAMINEE)).isTrue();
        assertThat(new KeyTemplate.Ids(null, "E_2").matches(EXAMINEE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sync_cap.jpg",
                "{planId}/sync_cap.jpg",
                "{planId}{examineeId}.jpg",
                "{planId}-{examineeId}.jpg",
                "{examineeId}/{examineeId}.jpg",
                "/{examineeId}.jpg",
                "{examineeId}/",
                "a//{examineeId}",
                "../{examineeId}",
                "{examineeId}/{deviceId}.jpg",
                "{examineeId} .jpg"
            })
    void rejectsAmbiguousTemplates(String template) {
        assertThatThrownBy(() -> new KeyTemplate(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MOBILE_SYNC_STORE_KEY_TEMPLATE");
    }
}
