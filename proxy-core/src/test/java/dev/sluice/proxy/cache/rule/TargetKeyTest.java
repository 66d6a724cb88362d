package dev.sluice.proxy.cache.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.RequestTarget;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §2, RFC 9110 §4.2.3. */
class TargetKeyTest {
    @ParameterizedTest
    @CsvSource({
        "http, A.Example, /x, http://a.example/x",
        "http, a.example:80, /x, http://a.example/x",
        "https, a.example:443, /x, https://a.example/x",
        "https, a.example:80, /x, https://a.example:80/x",
        "http, a.example:8080, /X?, http://a.example:8080/X?",
        "http, [::1]:80, /?b=1&a=2, http://[::1]/?b=1&a=2",
        "http, [::1]:81, //x, http://[::1]:81//x"
    })
    void aKeyIsTheUrlInOneSpelling(String scheme, String authority, String path, String key) {
        RequestTarget target = RequestTarget.of(scheme, Authority.parse(authority), path);

        assertThat(TargetKey.of(target)).isEqualTo(key);
        assertThat(TargetKey.of(scheme.toUpperCase(Locale.ROOT) + "://" + authority + path + "#f", QueryRule.ALL))
                .isEqualTo(key);
    }

    @Test
    void aTargetWithoutAuthorityHasAKeyOfItsOwn() {
        assertThat(TargetKey.of(RequestTarget.of("http", null, "/x"))).isEqualTo("http:///x");
    }

    @Test
    void aUrlWithoutPathIsForTheRoot() {
        assertThat(TargetKey.of("http://a.example", QueryRule.ALL)).isEqualTo("http://a.example/");
        assertThat(TargetKey.of("http://a.example?x", QueryRule.ALL)).isEqualTo("http://a.example/?x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/x",
                "a.example/x",
                "ftp://a.example/",
                "http://",
                "http://u@a.example/",
                "http://a b/",
                "http:/a"
            })
    void whatIsNoUrlOfHttpHasNoKey(String url) {
        assertThatThrownBy(() -> TargetKey.of(url, QueryRule.ALL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + url + "\"");
    }

    private static String key(String query, QueryRule rule) {
        return TargetKey.of("http://a/p" + query, rule).substring("http://a/p".length());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            emptyValue = "",
            value = {
                // query, without utm_* and x, only utm_* and x, sorted
                "'', '', '', ''",
                "?, ?, '', ?",
                "?a=1&x=2, ?a=1, ?x=2, ?a=1&x=2",
                "?x=2&a=1, ?a=1, ?x=2, ?a=1&x=2",
                "?b&a=2&b=1&a=1, ?b&a=2&b=1&a=1, '', ?a=2&a=1&b&b=1",
                "?utm_source=1&%78=2&utm=3, ?utm=3, ?utm_source=1&%78=2, ?utm=3&utm_source=1&%78=2",
                "?X=1, ?X=1, '', ?X=1",
                "?x, '', ?x, ?x"
            })
    void partsOfAQueryBelongToTheKey(String query, String without, String only, String sorted) {
        List<String> names = List.of("utm_*", "x");

        assertThat(key(query, QueryRule.ALL)).isEqualTo(query);
        assertThat(key(query, QueryRule.NONE)).isEmpty();
        assertThat(key(query, QueryRule.without(names))).isEqualTo(without);
        assertThat(key(query, QueryRule.only(names))).isEqualTo(only);
        assertThat(key(query, QueryRule.ALL.sorted())).isEqualTo(sorted);
    }

    @Test
    void aPathCannotPassForAQuery() {
        assertThat(TargetKey.of(RequestTarget.of("http", Authority.parse("a"), "/p%3Fq")))
                .isNotEqualTo(TargetKey.of(RequestTarget.of("http", Authority.parse("a"), "/p?q")));
    }
}
