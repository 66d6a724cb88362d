package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class Http2Test {
    private static void refused(String message, UnaryOperator<Http2.Builder> options) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.apply(Http2.builder()).build())
                .withMessage(message);
    }

    @Test
    void aValueThatCannotBeIsRefusedWithItsName() {
        refused("http2 streams must be positive: 0", options -> options.streams(0));
        refused("http2 window must be positive: -1", options -> options.window(-1));
        refused("http2 score must be positive: 0", options -> options.score(0));
        refused("http2 connectionWindow must be at least 65535: 65534", options -> options.connectionWindow(65_534));
    }

    @Test
    void aWindowAboveTheLargestNamesBoth() {
        refused("http2 maxWindow must be at least window (65536): 1000", options -> options.maxWindow(1_000));
        refused("http2 maxWindow must be at least window (16777216): 8388608", options -> options.window(16 << 20));
        assertThatCode(() ->
                        Http2.builder().window(16 << 20).maxWindow(16 << 20).build())
                .doesNotThrowAnyException();
    }
}
