package dev.sluice.proxy.connect.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralAddressTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "255.255.255.255, 255.255.255.255", "::1, ::1", "::ffff:1.2.3.4, 1.2.3.4"})
    void anAddressInLiteralFormIsTakenAsItIs(String host, String address) throws Exception {
        assertThat(LiteralAddress.of(host)).isEqualTo(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.example",
                "127.1",
                "2130706433",
                "0x7f.0.0.1",
                "0177.0.0.1",
                "1.2.3.256",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.4.",
                "1..2.3",
                "1.2.3.04",
                "1.2.3.-4",
                "+1.2.3.4"
            })
    void allElseIsAName(String host) throws Exception {
        assertThat(LiteralAddress.of(host)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::g", "1:2", ":", ":::", "1:2:3:4:5:6:7:8:9"})
    void whatHasAColonIsNeverAName(String host) {
        assertThatThrownBy(() -> LiteralAddress.of(host)).isInstanceOf(UnknownHostException.class);
    }
}
