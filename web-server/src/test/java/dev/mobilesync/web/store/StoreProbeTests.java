package dev.mobilesync.web.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.web.common.KeyTemplate;
import org.junit.jupiter.api.Test;

class StoreProbeTests {

    @Test
    void usesKeyThatNoTemplateProduces() {
        assertThatThrownBy(() -> new KeyTemplate(StoreProbe.PREFIX + "{examineeId}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
