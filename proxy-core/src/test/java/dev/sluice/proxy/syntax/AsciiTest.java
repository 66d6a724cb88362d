package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AsciiTest {
    @Test
    void onlyAsciiCounts() {
        assertThat(all(Ascii::isDigit)).isEqualTo("0123456789");
        assertThat(all(Ascii::isUpper)).isEqualTo("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        assertThat(all(Ascii::isLetter)).isEqualTo("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        assertThat(all(Ascii::isLetterOrDigit))
                .isEqualTo("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }

    private static String all(java.util.function.IntPredicate which) {
        return IntStream.rangeClosed(-128, 0x10FFFF)
                .filter(which)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "007, 7", "99999, 99999", "100000, -1", "'', -1", "-1, -1", "+1, -1", "1a, -1", "٣, -1"})
    void aNumberIsOneOfSoManyDigits(String text, int number) {
        assertThat(Ascii.number(text, 5)).isEqualTo(number);
    }
}
