package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostFieldTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A.example:8080",
                "127.0.0.1",
                "[::1]",
                "[2001:db8::1]:443",
                "under_score",
                "a:",
                "[::1]:",
                "a%2eb",
                "a."
            })
    void anAuthorityIsHandedOnAsItIs(String host) throws ProxyException {
        assertThat(HostField.value(HttpVersion.HTTP_1_1, Headers.of("host", host)))
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a/b",
                "user@a",
                "a:b",
                "a:99999",
                "a, b",
                "",
                "[::::]",
                "a..",
                "a?x",
                "a#x",
                "::1",
                "[::1",
                "[::1]x",
                "[a]",
                ":80",
                "http://a",
                "a\\b",
                "a\"",
                "caf\u00e9",
                "a%2fb"
            })
    void anythingElseIsRefused(String host) {
        for (HttpVersion version : HttpVersion.values()) {
            assertRefused(version, Headers.of("Host", host));
        }
    }

    @ParameterizedTest
    @EnumSource(HttpVersion.class)
    void moreThanOneIsRefusedEvenWhenEqual(HttpVersion version) {
        assertRefused(version, Headers.of("Host", "a", "host", "a"));
        assertRefused(version, Headers.of("Host", "a", "Host", ""));
    }

    @Test
    void onlyVersionOneOneNeedsOne() throws ProxyException {
        assertRefused(HttpVersion.HTTP_1_1, Headers.empty());
        assertThat(HostField.value(HttpVersion.HTTP_1_0, Headers.empty())).isNull();
        assertThat(HostField.value(HttpVersion.HTTP_2, Headers.empty())).isNull();
    }

    private static void assertRefused(HttpVersion version, Headers received) {
        ProxyException fault = catchThrowableOfType(ProxyException.class, () -> HostField.value(version, received));
        assertThat(fault.outcome()).isEqualTo(Outcome.BAD_REQUEST);
        assertThat(fault.status()).isEqualTo(400);
    }
}
