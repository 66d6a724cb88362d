package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:DB8::1, 2001:db8::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:1:1:1:1:1:1, ::1:1:1:1:1:1",
        "1:1:1:1:1:1:0:0, 1:1:1:1:1:1::",
        "0:1:1:1:1:1:1:0, 0:1:1:1:1:1:1:0",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1"
    })
    void anAddressHasOneText(String text, String canonical) {
        assertThat(format(text)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "256.0.0.1",
                "1.2.3.04",
                "010.0.0.1",
                "0x1.0.0.1",
                "+1.2.3.4",
                " 1.2.3.4",
                "1.2.3.4 ",
                "16909060",
                "\u0661.2.3.4",
                ":",
                ":::",
                "1",
                "1:2",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "1:2:3:4:5:6:7::8",
                "1:2:3:4::5:6:7:8",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "::1:",
                "12345::",
                "g::",
                "::1%eth0",
                "[::1]",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void whatIsNoAddressIsNotOne(String text) {
        assertThat(IpLiteral.parse(text)).isNull();
    }

    @Test
    void theZoneIsLeftOut() throws UnknownHostException {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();

        assertThat(IpLiteral.format(Inet6Address.getByAddress(null, bytes, 3))).isEqualTo("fe80::1");
    }

    @Test
    void everyAddressIsReadAsItWasWritten() throws UnknownHostException {
        Random random = new Random(7);
        for (int run = 0; run < 5_000; run++) {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
            }
            InetAddress address = InetAddress.getByAddress(bytes);

            String text = IpLiteral.format(address);

            assertThat(IpLiteral.parse(text)).isEqualTo(address);
            assertThat(InetAddress.getByName(text)).isEqualTo(address);
        }
    }

    private static String format(String text) {
        InetAddress address = IpLiteral.parse(text);
        return address == null ? "not an address" : IpLiteral.format(address);
    }
}
