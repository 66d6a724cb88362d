package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "Example.COM,example.com,-1",
        "a.test:80,a.test,80",
        "[::1],::1,-1",
        "[::1]:8080,::1,8080",
        "10.0.0.1:0,10.0.0.1,0",
        "under_score,under_score,-1",
        "a.test:,a.test,-1",
        "[::1]:,::1,-1",
        "a.test:0080,a.test,80",
        "a.test.,a.test.,-1",
        "a.test.:8080,a.test.,8080",
        "x!$&'()*+;=y~-,x!$&'()*+;=y~-,-1",
        "%41%2dB%2e%7Etest%5F,a-b.~test_,-1",
        "[2001:DB8:0:0::01],2001:db8::1,-1",
        "[::FFFF:10.0.0.1],::ffff:10.0.0.1,-1"
    })
    void aHostWithOrWithoutPortIsRead(String text, String host, int port) {
        assertThat(Authority.parse(text)).isEqualTo(new Authority(host, port));
        assertThat(Authority.parse(Authority.parse(text).toString())).isEqualTo(new Authority(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                ":",
                "a:b",
                "a:65536",
                "a:-1",
                "a:+1",
                "[::1",
                "[::1]x",
                "[a]",
                "a b",
                "u@a",
                "a/b",
                "a?b",
                "a#b",
                "a\\b",
                "::1",
                "a:80:80",
                "a:٣",
                "[::::]",
                "[1::2::3]",
                "[12345::]",
                "[::1.2.3]",
                "[v1.a]",
                "a..",
                ".",
                "..",
                "a%2e%2e",
                "a%2f",
                "a%40b",
                "a%00",
                "a%",
                "a%4",
                "a%zz",
                "a%C3%A4",
                "a:000065536",
                "a|b",
                "a`b",
                "a{b}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Authority.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCommaIsLegalInAName() {
        assertThat(Authority.parse("a,b").host()).isEqualTo("a,b");
    }

    @Test
    void aMissingPortIsTheDefaultOfTheScheme() {
        Authority bare = Authority.parse("a.test");

        assertThat(bare.portOr("http")).isEqualTo(80);
        assertThat(bare.portOr("https")).isEqualTo(443);
        assertThat(bare.sameAs(Authority.parse("A.test:443"), "https")).isTrue();
        assertThat(bare.sameAs(Authority.parse("a.test:443"), "http")).isFalse();
        assertThat(bare.sameAs(Authority.parse("b.test"), "http")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\n", "a:8\n0", "[a\n]:1", "a\n"})
    void noControlCharacterGetsIntoAMessage(String text) {
        assertThatThrownBy(() -> Authority.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("\n");
    }
}
