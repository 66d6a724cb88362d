package dev.sluice.proxy.cache.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4.4, RFC 3986 §5. */
class InvalidationTest {
    private static final RequestTarget TARGET = RequestTarget.of("http", Authority.parse("a:8080"), "/b/c/d;p?q");

    private static List<String> of(String method, int status, String... response) {
        return Invalidation.of(method, TARGET, status, Headers.of(response)).stream()
                .map(TargetKey::of)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "FOO", "get", "MKCOL", "LINK", "CONNECT"})
    void anUnsafeMethodInvalidatesItsTarget(String method) {
        for (int status : new int[] {200, 201, 204, 299, 301, 303, 304, 399}) {
            assertThat(of(method, status)).containsExactly("http://a:8080/b/c/d;p?q");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY"})
    void aSafeMethodInvalidatesNothing(String method) {
        assertThat(of(method, 200, "Location", "/x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 199, 400, 404, 500, 599})
    void afterAnErrorNothingIsInvalidated(int status) {
        assertThat(of("POST", status, "Location", "/x")).isEmpty();
    }

    @Test
    void whatTheAnswerNamesIsInvalidatedToo() {
        assertThat(of("POST", 201, "Location", "/x", "Content-Location", "http://A:8080/y?z#f"))
                .containsExactly("http://a:8080/b/c/d;p?q", "http://a:8080/x", "http://a:8080/y?z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://b:8080/x",
                "http://a/x",
                "http://a:80/x",
                "https://a:8080/x",
                "//b:8080/x",
                "http://a.b:8080/x",
                "ftp://a:8080/x",
                "mailto:x@a",
                "http://[/x",
                "http://a:99999/x",
                "http://u@a:8080/x",
                "urn:x",
                "http:x",
                "/x y",
                "http://a:8080b/"
            })
    void whatIsOfAnotherOriginOrMalformedIsNot(String reference) {
        assertThat(of("POST", 201, "Location", reference, "Content-Location", reference))
                .hasSize(1);
    }

    @Test
    void aDefaultPortIsTheSameOrigin() {
        RequestTarget plain = RequestTarget.of("http", Authority.parse("a"), "/");

        assertThat(Invalidation.of("PUT", plain, 200, Headers.of("Location", "http://a:80/x")))
                .hasSize(2);
        assertThat(Invalidation.of(
                        "PUT",
                        RequestTarget.of("http", null, "/"),
                        200,
                        Headers.of("Location", "/x", "Location", "http://a/")))
                .hasSize(2);
    }

    /** RFC 3986 §5.4, with the base {@code http://a:8080/b/c/d;p?q}. */
    @ParameterizedTest
    @CsvSource({
        "g, /b/c/g",
        "./g, /b/c/g",
        "g/, /b/c/g/",
        "/g, /g",
        "?y, /b/c/d;p?y",
        "g?y, /b/c/g?y",
        "'#s', /b/c/d;p?q",
        "g#s, /b/c/g",
        "g?y#s, /b/c/g?y",
        ";x, /b/c/;x",
        "g;x, /b/c/g;x",
        "'', /b/c/d;p?q",
        "., /b/c/",
        "./, /b/c/",
        ".., /b/",
        "../, /b/",
        "../g, /b/g",
        "../.., /",
        "../../, /",
        "../../g, /g",
        "../../../g, /g",
        "/./g, /g",
        "/../g, /g",
        "g., /b/c/g.",
        ".g, /b/c/.g",
        "g.., /b/c/g..",
        "..g, /b/c/..g",
        "./../g, /b/g",
        "./g/., /b/c/g/",
        "g/./h, /b/c/g/h",
        "g/../h, /b/c/h",
        "g;x=1/./y, /b/c/g;x=1/y",
        "g;x=1/../y, /b/c/y",
        "g?y/../x, /b/c/g?y/../x",
        "g:h, none",
        "//a:8080, /",
        "//a:8080?x, /?x",
        "http://a:8080/x/../y, /y",
        "./g:h, /b/c/g:h"
    })
    void referencesAreResolved(String reference, String path) {
        RequestTarget resolved = Reference.resolve(TARGET, reference);

        assertThat(resolved == null ? "none" : resolved.pathAndQuery()).isEqualTo(path);
    }
}
