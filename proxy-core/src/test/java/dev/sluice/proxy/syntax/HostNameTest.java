package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({"example.com., example.com", "example.com, example.com", "a.., a.", "., ''", "'', ''"})
    void theDotOfTheRootIsLeftOut(String host, String name) {
        assertThat(HostName.withoutRootDot(host)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "2130706433, true",
        "a.1, true",
        "1.a, false",
        "a.1b, false",
        "a., false",
        "'', false",
        "a.\u0661, false"
    })
    void nothingButAnAddressEndsWithANumber(String host, boolean number) {
        assertThat(HostName.endsWithNumber(host)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"::1, [::1]", "192.0.2.1, 192.0.2.1", "example.com, example.com"})
    void anIpv6AddressIsInBrackets(String host, String text) {
        assertThat(HostName.inBrackets(host)).isEqualTo(text);
    }
}
