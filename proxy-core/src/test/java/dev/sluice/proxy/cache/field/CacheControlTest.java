package dev.sluice.proxy.cache.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §5.2, §4.2.1, §1.2.2. */
class CacheControlTest {
    private static CacheControl of(String... lines) {
        return CacheControl.of(List.of(lines));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "max-age=60 | 60",
                "max-age=\"60\" | 60",
                "MaX-aGe=60 | 60",
                "max-age=0 | 0",
                "max-age=0060 | 60",
                "  ,, max-age=60 , | 60",
                "foo, max-age=60 | 60",
                "foo=\"a, max-age=1\", max-age=60 | 60",
                "foo=\"a\\\", max-age=1\", max-age=60 | 60",
                "foo=bar, max-age=60, baz=\"\" | 60",
                "\"quoted\", max-age=60 | 60",
                "\"a, max-age=1\", max-age=60 | 60",
                "foo bar=\"a, max-age=1\", max-age=60 | 60",
                "=1, max-age=60 | 60",
                "max-age=2147483647 | 2147483647",
                "max-age=2147483648 | 2147483648",
                "max-age=2147483649 | 2147483648",
                "max-age=99999999999999999999999999999999 | 2147483648"
            },
            delimiter = '|')
    void aNumberIsReadQuotedOrNotAndIsAtMostTwoToThe31(String line, long seconds) {
        assertThat(of(line).seconds("max-age")).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-age",
                "max-age=",
                "max-age=\"\"",
                "max-age=abc",
                "max-age=-1",
                "max-age=+1",
                "max-age=1.5",
                "max-age=60s",
                "max-age=s60",
                "max-age='60'",
                "max-age =60",
                "max-age= 60",
                "max-age = 60",
                "max-age 60",
                "max-age=6 0",
                "max-age=\"60",
                "max-age=\"6\"0",
                "max-age=\"6\"\"0\"",
                "max-age=60=60",
                "max-age=60\"\"",
                "max-age:60",
                "max-age=\u0660"
            })
    void aNumberThatIsMalformedIsZero(String line) {
        CacheControl control = of(line);

        assertThat(control.seconds("max-age")).isLessThanOrEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age =60", "max-age= 60", "max-age", "max-age=60s", "max-age=\"60", "max-age=60\"x\""})
    void aMalformedLimitIsThere(String line) {
        assertThat(of(line).seconds("max-age")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "max-age=60, max-age=90 | 60",
                "max-age=90, max-age=60 | 90",
                "max-age=90, max-age=x | 0",
                "max-age=x, max-age=90 | 0",
                "max-age, max-age=90 | 0",
                "max-age=90, max-age=0 | 0"
            },
            delimiter = '|')
    void ofTwoNumbersTheFirstCountsUnlessOneIsMalformed(String line, long seconds) {
        assertThat(of(line).seconds("max-age")).isEqualTo(seconds);
        assertThat(of(line.split(", ")).seconds("max-age")).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-store",
                "NO-STORE",
                "max-age=60,no-store",
                "no-store=1",
                "no-store=\"\"",
                "no-store=\"",
                "no-store =",
                "no-store x",
                "foo=\"abc, no-store",
                "foo=\"abc\\\", no-store",
                "foo=\"a\"b\"c\", no-store"
            })
    void whatForbidsIsThereInWhateverForm(String line) {
        assertThat(of(line).has("no-store")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",", "no-stores", "foo=no-store", "foo=\"no-store\"", "foo=\"a, no-store, b\"", "x no-store"
            })
    void whatIsNoDirectiveIsNotThere(String line) {
        assertThat(of(line).has("no-store")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "public | true",
                "PUBLIC, max-age=1 | true",
                "public, public | true",
                "public=1 | false",
                "public= | false",
                "public, public=x | false",
                "public =x | false",
                "public x | false",
                "\"a, public, b\" | false",
                "foo=\"x, public | false",
                "public, foo=\"x | false"
            },
            delimiter = '|')
    void whatAllowsMustHaveItsRightForm(String line, boolean allows) {
        assertThat(of(line).allows("public")).isEqualTo(allows);
    }

    @Test
    void afterAQuoteWithoutEndNumbersAreZero() {
        CacheControl control = of("max-age=60, foo=\"bar, s-maxage=90");

        assertThat(control.seconds("max-age")).isZero();
        assertThat(control.seconds("s-maxage")).isZero();
        assertThat(control.seconds("stale-if-error")).isEqualTo(Seconds.NONE);
    }

    @Test
    void aQuoteWithoutEndEndsWithItsLine() {
        CacheControl control = of("foo=\"bar", "no-store\", private");

        assertThat(control.has("private")).isTrue();
        assertThat(control.has("no-store")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "private=\"a\" | a",
                "private=a | a",
                "private=\"Set-Cookie, X-User\" | set-cookie x-user",
                "private=\" a,,b , \" | a b",
                "private=\"a\", private=\"b\" | a b"
            },
            delimiter = '|')
    void fieldsAreNamedQuotedOrNot(String line, String names) {
        assertThat(of(line).names("private")).containsExactlyInAnyOrder(names.split(" "));
        assertThat(of(line).hasWhole("private")).isFalse();
        assertThat(of(line).has("private")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private",
                "private=",
                "private=\"\"",
                "private=\",\"",
                "private=\"a b\"",
                "private=\"a",
                "private=\"a\"b",
                "private=\"\u00e9\"",
                "private, private=\"a\"",
                "private=\"a\", private",
                "private=\"a\", private=\"b c\"",
                "private=\"a, b c\"",
                "private =\"a\""
            })
    void withoutAListOfNamesItIsForTheWholeMessage(String line) {
        assertThat(of(line).hasWhole("private")).isTrue();
        assertThat(of(line).names("private")).isEmpty();
    }

    @Test
    void allLinesCount() {
        CacheControl control = CacheControl.of(Headers.of("Cache-Control", "max-age=1", "cache-control", "no-store"));

        assertThat(control.has("no-store")).isTrue();
        assertThat(control.seconds("max-age")).isEqualTo(1);
        assertThat(CacheControl.of(Headers.empty()).isEmpty()).isTrue();
    }
}
