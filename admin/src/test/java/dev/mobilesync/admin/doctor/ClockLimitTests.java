package dev.mobilesync.admin.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockLimitTests {

    @ParameterizedTest
    @CsvSource({
        "0, 0, OK",
        "1000, 0, OK",
        "-1000, 0, OK",
        "1001, 0, PROBLEM",
        "-1001, 0, PROBLEM",
        "1500, 500, OK",
        "1501, 500, PROBLEM",
        "-1501, 500, PROBLEM"
    })
    void countsUncertaintyInFavourOfServer(long difference, long uncertainty, Finding.Severity status) {
        assertThat(ClockLimit.check("Redis", Duration.ofMillis(difference), Duration.ofMillis(uncertainty))
                        .status())
                .isEqualTo(status);
    }
}
