package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestExchange;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    static java.util.List<UnaryOperator<Limits.Builder>> badLimits() {
        return java.util.List.of(
                b -> b.headerBytes(-7),
                b -> b.headerCount(-7),
                b -> b.targetLength(-7),
                b -> b.bodyBytes(-7),
                b -> b.exchanges(-7),
                b -> b.requestHeadTimeout(Duration.ofSeconds(-7)),
                b -> b.clientShare(-7),
                b -> b.waitingShare(-7));
    }

    @ParameterizedTest
    @MethodSource("badLimits")
    void aLimitThatIsNotPositiveIsRefusedWithItsNameAndValue(UnaryOperator<Limits.Builder> change) {
        assertThatThrownBy(() -> change.apply(Limits.builder()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(limit|timeout) \\w+ must .*-7( s|\\.0)?");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1.1, Double.NaN})
    void aShareIsAPart(double share) {
        assertThatThrownBy(() -> Limits.builder().clientShare(share).build())
                .hasMessage("limit clientShare must be above 0 and at most 1: " + share);
        assertThatThrownBy(() -> Limits.builder().waitingShare(share).build())
                .hasMessage("limit waitingShare must be above 0 and at most 1: " + share);
    }

    @Test
    void aBuilderBeginsWithTheValues() {
        Limits limits = Limits.builder()
                .headerBytes(1)
                .bodyBytes(0)
                .exchanges(5)
                .clientShare(0.5)
                .waitingShare(0.1)
                .build();

        assertThat(limits.toBuilder().build()).isEqualTo(limits);
        assertThat(Limits.builder().build()).isEqualTo(Limits.DEFAULT);
    }

    @Test
    void aTimeoutThatIsNotPositiveIsRefused() {
        assertThatThrownBy(() -> Timeouts.builder().head(Duration.ZERO).build())
                .hasMessage("timeout head must be positive: 0 s");
        assertThatThrownBy(() -> Timeouts.builder().idle(Duration.ZERO).build()).hasMessageContaining("idle");
        assertThatThrownBy(() -> Timeouts.builder().total(Duration.ZERO).build())
                .hasMessageContaining("total");
    }

    @Test
    void anExchangeWithoutTimeoutsHasTheDefaults() {
        assertThat(Timeouts.of(TestExchange.begin())).isSameAs(Timeouts.DEFAULT);
    }
}
