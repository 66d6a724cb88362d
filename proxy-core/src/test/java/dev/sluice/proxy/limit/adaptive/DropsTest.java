package dev.sluice.proxy.limit.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropsTest {
    @ParameterizedTest
    @CsvSource({
        "COMPLETED, 200, false",
        "COMPLETED, 503, true",
        "COMPLETED, 429, true",
        "COMPLETED, 500, false",
        "HEAD_TIMEOUT, 0, true",
        "CONNECT_TIMEOUT, 0, true",
        "SEND_TIMEOUT, 0, true",
        "BODY_TIMEOUT, 200, false",
        "CONNECT_FAILED, 0, false",
        "CLIENT_LEFT, 0, false",
        "TOTAL_TIMEOUT, 0, false"
    })
    void aServerDropsWhatItAnswersWithBusyOrNotInTime(Outcome outcome, int status, boolean drops) {
        assertThat(GradientLimit.drops(outcome, status)).isEqualTo(drops);
    }
}
