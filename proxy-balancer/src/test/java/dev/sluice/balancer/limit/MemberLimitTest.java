package dev.sluice.balancer.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.balancer.live.Limiting;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MemberLimitTest {
    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong(
                        "member limit must be at least 1, and max not below min: 0 to 5",
                        b -> b.min(0).max(5)),
                wrong(
                        "member limit must be at least 1, and max not below min: 6 to 5",
                        b -> b.min(6).max(5)),
                wrong(
                        "member limit must be at least 1, and max not below min: 0 to 0",
                        b -> b.min(0).max(0)),
                wrong("member limit initial must be at least 1: 0", b -> b.initial(0)),
                wrong("member limit queue must be at least 0: -1", b -> b.queue(-1)),
                wrong("member limit queuePerMember must be at least 0: -1", b -> b.queuePerMember(-1)),
                wrong("member limit tolerance must be 0 to 10: -0.1", b -> b.tolerance(-0.1)),
                wrong("member limit tolerance must be 0 to 10: NaN", b -> b.tolerance(Double.NaN)),
                wrong("member limit window must be above 0 and at most 1 day: 0 s", b -> b.window(Duration.ZERO)),
                wrong(
                        "member limit remeasure must be above 0 and at most 1 day: -1 s",
                        b -> b.remeasure(Duration.ofSeconds(-1))),
                wrong(
                        "member limit maxWait must be above 0 and at most 1 day: 25 h",
                        b -> b.maxWait(Duration.ofHours(25))));
    }

    private static Arguments wrong(String message, UnaryOperator<MemberLimit.Builder> setup) {
        return Arguments.of(message, setup);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aValueOutOfRangeIsNamed(String message, UnaryOperator<MemberLimit.Builder> setup) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setup.apply(MemberLimit.builder()).build())
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"3, 1000, 20", "30, 1000, 30", "3, 10, 10"})
    void aMemberBeginsWithTheInitialLimitWithinTheBounds(int min, int max, int initial) {
        assertThat(new Limiting(MemberLimit.adaptive(min, max), new Random(1)).most())
                .isEqualTo(initial);
    }

    @Test
    void aBuilderThatIsUsedAgainDoesNotChangeLimitsThatItHasBuilt() {
        MemberLimit.Builder builder = MemberLimit.builder().min(5).max(5);
        MemberLimit five = builder.build();
        builder.min(6).max(6).queue(1).build();

        assertThat(five.max()).isEqualTo(5);
        assertThat(five.queue(3)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "100, 0, 100", "0, 10, 30", "100, 10, 130", "2147483647, 2147483647, 2147483647"})
    void theQueueHasRoomForAllAndForEachMember(int all, int each, int room) {
        assertThat(MemberLimit.builder().queue(all).queuePerMember(each).build().queue(3))
                .isEqualTo(room);
    }

    @Test
    void withoutALimitNothingIsLimited() {
        assertThat(MemberLimit.NONE.limited()).isFalse();
        assertThat(MemberLimit.fixed(1_000_000).limited()).isTrue();
        assertThat(new Limiting(MemberLimit.NONE, new Random(1)).most()).isEqualTo(Integer.MAX_VALUE);
        assertThat(new Limiting(MemberLimit.fixed(7), new Random(1)).most()).isEqualTo(7);
    }
}
