package dev.sluice.balancer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCookiesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s=1             | 1",
                "a=2; s=1        | 1",
                "a=2;s=1;b=3     | 1",
                "s=1; s=2        | 1",
                "s = 1 ; a=2     | 1",
                "s=a=b           | a=b",
                "'s=\"q\"'       | '\"q\"'",
                "ss=1; xs=2      | ",
                "S=1             | ",
                "s               | ",
                "a=s=1           | ",
                "s=              | ''",
                ";; s=1          | 1"
            })
    void aCookieIsFoundByItsWholeName(String line, String value) {
        assertThat(RequestCookies.first(Headers.of("Cookie", line), "s")).isEqualTo(value);
    }

    @Test
    void cookiesOfAllLinesAreRead() {
        Headers headers = Headers.of("cookie", "a=1", "X", "s=0", "Cookie", "s=2; s=3", "Cookie", "s=4");

        assertThat(RequestCookies.all(headers, "s", 4)).containsExactly("2", "3", "4");
        assertThat(RequestCookies.all(headers, "s", 2)).containsExactly("2", "3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s=1; b=2                | b=2",
                "b=2; s=1                | b=2",
                "b=2; s=1; c=3           | b=2; c=3",
                "b=2;s=1;  c=3           | b=2;  c=3",
                "s=1;s=2; b=2; s=3       | b=2",
                "b=\"x y\" ;c ; s=1 ; d= | b=\"x y\" ;c ; d=",
                "b=2;; s=1;;c            | b=2;;;c",
                "s=1; b=2 ; c=3          | b=2 ; c=3"
            })
    void theOtherCookiesStayByteForByte(String line, String rest) {
        assertThat(RequestCookies.without(Headers.of("Cookie", line), "s")).isEqualTo(Headers.of("Cookie", rest));
    }

    @Test
    void aLineWithoutAnotherCookieIsRemoved() {
        assertThat(RequestCookies.without(Headers.of("A", "1", "Cookie", "s=1", "B", "2"), "s"))
                .isEqualTo(Headers.of("A", "1", "B", "2"));
    }

    @Test
    void fieldsWithoutTheCookieAreTheSameObject() {
        Headers headers = Headers.of("Cookie", "a=1; ; ss=2;", "Cookie", "", "X", "s=1");

        assertThat(RequestCookies.without(headers, "s")).isSameAs(headers);
    }
}
