package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetCookieTest {
    @ParameterizedTest
    @CsvSource({
        "a=b; Domain=origin, a=b",
        "a=b; Domain=.origin; HttpOnly, a=b; HttpOnly",
        "a=b;domain = ORIGIN ;Max-Age=1, a=b;Max-Age=1",
        "a=b; Domain=x.origin, a=b; Domain=x.origin",
        "a=b; Domain=example, a=b; Domain=example",
        "a=b; Domain=, a=b; Domain=",
        "a=b; Domain, a=b; Domain"
    })
    void aDomainThatIsTheOriginsHostIsDropped(String line, String shown) {
        assertThat(rewrite(line, "http", "", "")).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        // stripped, added, Path, Path for the client
        "/app, '', /, /app",
        "/app, '', /a, /app/a",
        "/app, '', /a/, /app/a/",
        "/app, '', /app, /app",
        "/app, '', /app/x, /app/x",
        "/app, '', /apple, /app/apple",
        "'', /v1, /v1, /",
        "'', /v1, /v1/, /",
        "'', /v1, /v1/a, /a",
        "'', /v1, /, /",
        "'', /v1, /v12, /v12",
        "/app, /v1, /v1, /app",
        "/app, /v1, /v1/a, /app/a",
        "/app, /v1, /, /app",
        "/app, /v1, /other, /other",
        "/app, /a/b, /a, /app",
        "/app, /a/b, /a/, /app",
        "/app, /app/v1, /app/v1/x, /app/x",
        "/app, /app, /, /",
        "'', '', /a, /a"
    })
    void thePathIsMappedBack(String publicPrefix, String originPrefix, String path, String shown) {
        assertThat(rewrite("a=b; Path=" + path + "; HttpOnly", "http", publicPrefix, originPrefix))
                .isEqualTo("a=b; Path=" + shown + "; HttpOnly");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b", "a=b; Path=", "a=b; Path", "a=b; Path=x", "a=b; Path=\"/\"", "__Host-a=b; Path=/"})
    void aPathThatIsNoneOrMayNotChangeStays(String line) {
        assertThat(rewrite(line, "http", "/app", "")).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({
        "a=b, a=b; Secure",
        "a=b; Path=/, a=b; Path=/; Secure",
        "a=b; secure, a=b; secure",
        "a=b;SECURE;HttpOnly, a=b;SECURE;HttpOnly",
        "Secure=1, Secure=1; Secure",
        "a=Secure, a=Secure; Secure",
        "a=b; Secure=x, a=b; Secure=x"
    })
    void underTlsEachCookieIsSecure(String line, String shown) {
        assertThat(rewrite(line, "https", "", "")).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "=b", " =b", "a; b=c", "; Path=/a", "a; Domain=origin"})
    void aLineWithoutNameAndValueStaysWhole(String line) {
        assertThat(rewrite(line, "https", "/app", "")).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=b=c; Expires=Wed, 21 Oct 2026 07:28:00 GMT; SameSite=None;Partitioned",
                "a=\"b c\" ;HttpOnly;; Max-Age=0;",
                "a=origin;path = /elsewhere;Max-Age=1",
                "a="
            })
    void attributesThatStayKeepTheirText(String line) {
        assertThat(rewrite(line, "http", "/app", "/v1")).isEqualTo(line);
    }

    private static String rewrite(String line, String scheme, String publicPrefix, String originPrefix) {
        OriginMapping mapping = new OriginMapping(scheme, null, publicPrefix, "http", null, originPrefix);
        return SetCookie.rewrite(line, mapping, "origin"::equalsIgnoreCase);
    }
}
