package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTest {
    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "Application/GRPC; charset=x, true",
        "application/grpc-web, false",
        "application/grpc-web+proto, false",
        "application/grpcx, false",
        "application/json, false",
        "'', false",
    })
    void theTypeSaysWhetherItIsGrpc(String type, boolean is) {
        assertThat(Grpc.is(Headers.of("content-type", type))).isEqualTo(is);
        assertThat(Grpc.is(Headers.empty())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1H, PT1H",
        "2M, PT2M",
        "3S, PT3S",
        "4m, PT0.004S",
        "5u, PT0.000005S",
        "6n, PT0.000000006S",
        "99999999S, PT27777H46M39S",
    })
    void aTimeoutHasAUnit(String text, Duration timeout) {
        assertThat(Grpc.timeout(Headers.of("grpc-timeout", text))).isEqualTo(timeout);
    }

    @ParameterizedTest
    @CsvSource({"''", "S", "1", "1s", "-1S", "1.5S", "100000000S", "1 S"})
    void whatIsNoTimeoutIsNone(String text) {
        assertThat(Grpc.timeout(Headers.of("grpc-timeout", text))).isNull();
        assertThat(Grpc.timeout(Headers.empty())).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "400, 13", "401, 16", "403, 7", "404, 12", "413, 8", "429, 14", "500, 2", "502, 14", "503, 14", "504, 14",
        "418, 2"
    })
    void eachStatusOfHttpHasOne(int http, int status) {
        assertThat(Grpc.status(http, Outcome.FAILED)).isEqualTo(status);
    }

    @Test
    void aDeadlineThatHasPassedHasItsOwn() {
        assertThat(Grpc.status(504, Outcome.TOTAL_TIMEOUT)).isEqualTo(4);
    }
}
