package dev.mobilesync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTests {

    /** The pages name them before they are bound. */
    @Test
    void choosesFreePublicPorts() {
        Options options = Options.of(
                List.of(),
                Map.of("MOBILE_SYNC_WEB_PORT", "0", "MOBILE_SYNC_SOCKET_PORT", "0", "MOBILE_SYNC_STATE_PORT", "0"));
        assertThat(options.webPort()).isPositive();
        assertThat(options.socketPort()).isPositive().isNotEqualTo(options.webPort());
        assertThat(options.statePort()).isZero();
    }
}
