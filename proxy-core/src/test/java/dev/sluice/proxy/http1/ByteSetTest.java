package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ByteSetTest {
    /** A set, some of its members, and the rule. */
    static Stream<Arguments> sets() {
        return Stream.of(
                set(ByteSet.TOKEN, "!~", c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0),
                set(ByteSet.TARGET, "!~", c -> c > ' ' && c < 0x7f),
                set(ByteSet.TEXT, " \u00ff\t", c -> c == '\t' || (c >= ' ' && c < 0x7f) || c >= 0x80),
                set(ByteSet.BLANK, " \t", c -> c == ' ' || c == '\t'));
    }

    private static Arguments set(ByteSet set, String members, IntPredicate rule) {
        return Arguments.of(set, members, rule);
    }

    /**
     * Every byte at every position among members of the set. The row is long enough to be checked eight bytes at a
     * time.
     */
    @ParameterizedTest
    @MethodSource("sets")
    void theFirstByteThatIsNoMemberIsFoundWhereverItIs(ByteSet set, String members, IntPredicate rule) {
        byte[] bytes = new byte[40];
        for (int c = 0; c < 256; c++) {
            int expected = rule.test(c) ? 30 : -1;
            for (int i = 0; i < members.length(); i++) {
                for (int at = 3; at < 24; at++) {
                    Arrays.fill(bytes, (byte) members.charAt(i));
                    bytes[at] = (byte) c;
                    assertThat(set.end(bytes, 3, 30)).as("%d at %d", c, at).isEqualTo(expected < 0 ? at : expected);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void nothingIsLookedAtBeyondTheEnd(ByteSet set, String members, IntPredicate rule) {
        byte[] bytes = new byte[40];
        for (int to = 5; to < 30; to++) {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(bytes, 5, to, (byte) members.charAt(0));
            assertThat(set.end(bytes, 5, to)).isEqualTo(to);
            assertThat(set.end(bytes, 5, to + 1)).isEqualTo(to);
        }
    }
}
