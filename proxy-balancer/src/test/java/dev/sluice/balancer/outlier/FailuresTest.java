package dev.sluice.balancer.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.proxy.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "RESOLVE_FAILED, 0, CONNECT",
        "CONNECT_FAILED, 0, CONNECT",
        "CONNECT_TIMEOUT, 0, CONNECT",
        "TLS_FAILED, 0, CONNECT",
        "SEND_TIMEOUT, 0, TIMEOUT",
        "HEAD_TIMEOUT, 0, TIMEOUT",
        "BODY_TIMEOUT, 200, TIMEOUT",
        "SEND_FAILED, 0, GATEWAY",
        "HEAD_FAILED, 0, GATEWAY",
        "BAD_RESPONSE, 0, GATEWAY",
        "BODY_FAILED, 200, GATEWAY",
        "COMPLETED, 502, GATEWAY",
        "COMPLETED, 503, GATEWAY",
        "COMPLETED, 504, GATEWAY",
        "COMPLETED, 500, SERVER_ERROR",
        "COMPLETED, 501, SERVER_ERROR",
        "COMPLETED, 599, SERVER_ERROR",
        "COMPLETED, 200, ",
        "COMPLETED, 499, ",
        "COMPLETED, 600, ",
        "CLIENT_LEFT, 503, ",
        "ABANDONED, 503, ",
        "TOTAL_TIMEOUT, 0, ",
    })
    void eachEndIsOfOneKindOrNone(Outcome outcome, int status, FailureKind kind) {
        assertThat(Failures.kindOf(outcome, status)).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void exactlyTheFailuresOfTheUpstreamHaveAKind(Outcome outcome) {
        assertThat(Failures.kindOf(outcome, 0) != null).isEqualTo(outcome.blamesUpstream());
    }
}
