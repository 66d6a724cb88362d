package dev.sluice.proxy.cache.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9213. */
class TargetedControlTest {
    private static CacheControl of(String line) {
        return TargetedControl.of(Headers.of("CDN-Cache-Control", line), List.of("CDN-Cache-Control"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "max-age=60 | 60",
                "max-age=60;x=y | 60",
                "max-age=99999999999 | 2147483648",
                "max-age=10, max-age=60 | 60",
                "no-store, max-age=60 | 60",
                "max-age=-1 | 0",
                "max-age=\"60\" | 0",
                "max-age=60.5 | 0",
                "max-age=abc | 0",
                "max-age | 0",
                "max-age=?0 | -1",
                "foo | -1"
            },
            delimiter = '|')
    void aNumberMustBeAnInteger(String line, long seconds) {
        assertThat(of(line).seconds("max-age")).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-store",
                "no-store, max-age=\"0\"",
                "no-store=?1",
                "no-store=1",
                "no-store=\"x\"",
                "no-store;a=1"
            })
    void whatForbidsCountsWithWhateverValue(String line) {
        assertThat(of(line).has("no-store")).isTrue();
    }

    @Test
    void whatIsFalseIsNotThere() {
        assertThat(of("no-store=?0, max-age=1").has("no-store")).isFalse();
        assertThat(of("public=?0").allows("public")).isFalse();
        assertThat(of("public").allows("public")).isTrue();
        assertThat(of("public=1").allows("public")).isFalse();
    }

    @Test
    void fieldsAreNamedByAString() {
        assertThat(of("private=\"a, b\"").names("private")).containsExactlyInAnyOrder("a", "b");
        assertThat(of("no-cache=\"a\"").hasWhole("no-cache")).isFalse();
        assertThat(of("no-cache=a").hasWhole("no-cache")).isTrue();
        assertThat(of("no-cache=1").hasWhole("no-cache")).isTrue();
        assertThat(of("no-cache").hasWhole("no-cache")).isTrue();
    }

    /** §2.1: it is ignored, as if it was not there. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "max-age=60,", "Max-Age=60", "max-age =60", "max-age=60 no-store", "max-age=\"60", "a=1,,b"})
    void anEmptyOrMalformedFieldIsIgnoredWhole(String line) {
        assertThat(of(line)).isNull();
    }

    /** §2.2. */
    @Test
    void theFirstFieldOfTheListThatIsValidCounts() {
        Headers response =
                Headers.of("B-Cache-Control", "max-age=2", "A-Cache-Control", "max-age=1", "C", "=", "D", "");

        assertThat(TargetedControl.of(response, List.of("A-Cache-Control", "B-Cache-Control"))
                        .seconds("max-age"))
                .isEqualTo(1);
        assertThat(TargetedControl.of(response, List.of("C", "D", "E", "b-cache-control"))
                        .seconds("max-age"))
                .isEqualTo(2);
        assertThat(TargetedControl.of(response, List.of("C", "E"))).isNull();
        assertThat(TargetedControl.of(response, List.of())).isNull();
    }
}
