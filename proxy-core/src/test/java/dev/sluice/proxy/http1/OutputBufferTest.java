package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputBufferTest {
    private final OutputBuffer out = new OutputBuffer(2);

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 1234567890, Integer.MAX_VALUE, Long.MAX_VALUE})
    void numbersAreDecimal(long number) {
        out.number(number);

        assertThat(written()).isEqualTo(Long.toString(number));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "9, 9", "10, a", "15, f", "16, 10", "255, ff", "65536, 10000", "2147483647, 7fffffff"})
    void chunksBeginWithTheirSizeInHexadecimalDigits(int size, String digits) {
        out.chunkHead(size);

        assertThat(written()).isEqualTo(digits + "\r\n");
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> out.number(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> out.chunkHead(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new OutputBuffer(0));
    }

    @Test
    void everythingIsKeptWhileItGrows() {
        out.latin1("a\u00e9");
        out.put('b');
        out.put(new byte[] {'x', 'c', 'd', 'e', 'x'}, 1, 3);
        out.field("f", "g");
        out.crlf();

        assertThat(written()).isEqualTo("a\u00e9bcdef: g\r\n\r\n");
    }

    @Test
    void afterAResetItIsEmptyAndNotLargerThanUsual() {
        byte[] first = out.bytes();
        out.put('a');
        out.reset();
        assertThat(out.bytes()).isSameAs(first);
        assertThat(out.size()).isZero();

        out.latin1("a".repeat(5_000));
        out.reset();
        assertThat(out.bytes()).hasSize(2);
        out.put('b');
        assertThat(written()).isEqualTo("b");
    }

    private String written() {
        return new String(out.bytes(), 0, out.size(), StandardCharsets.ISO_8859_1);
    }
}
