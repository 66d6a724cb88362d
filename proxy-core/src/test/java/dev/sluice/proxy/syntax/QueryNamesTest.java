package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryNamesTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "key=1,             -,        key=***",
                "a=1&key=2&b,       a=1&b,    a=1&key=***&b",
                "k%65y=2&a,         a,        k%65y=***&a",
                "key,               -,        key",
                "key=a=b&&x,        &x,       key=***&&x",
                "'',                '',       ''",
                "xkey=1&keyx=2,     xkey=1&keyx=2, xkey=1&keyx=2",
                "k%zzey=1,          k%zzey=1, k%zzey=1",
            })
    void aParameterIsTakenOutOrHidden(String query, String without, String hidden) {
        assertThat(QueryNames.without(query, "key"::equals)).isEqualTo(without);
        assertThat(QueryNames.hidden(query, "key"::equals)).isEqualTo(hidden);
    }

    @Test
    void valuesAreDecoded() {
        assertThat(QueryNames.values("k=a+b&x=1&k=%C3%A9&k&k=%zz", "k"::equals)).containsExactly("a b", "é", "", "%zz");
        assertThat(QueryNames.has("x=k", "k"::equals)).isFalse();
        assertThat(QueryNames.has(null, "k"::equals)).isFalse();
        assertThat(QueryNames.without(null, "k"::equals)).isNull();
    }
}
