package dev.sluice.proxy.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.255, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.0/25, 192.0.2.128, false",
        "192.0.2.4/30, 192.0.2.7, true",
        "192.0.2.4/30, 192.0.2.8, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1/32, 192.0.2.0, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "::1/128, ::1, true",
        "::1, ::2, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 192.0.2.1, false",
        "0.0.0.0/0, ::1, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "::ffff:0:0/96, 192.0.2.1, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true"
    })
    void aBlockHasTheAddressesThatShareItsBits(String block, String address, boolean inside) {
        assertThat(Cidr.parse(block).contains(IpLiteral.parse(address))).isEqualTo(inside);
    }

    @Test
    void anAddressInIpv6FormCountsAsIpv4AndAZoneDoesNotCount() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};

        assertThat(Cidr.parse("10.0.0.0/8").contains(Inet6Address.getByAddress(null, mapped, -1)))
                .isTrue();
        byte[] local = InetAddress.getByName("fe80::1").getAddress();
        assertThat(Cidr.parse("fe80::/10").contains(Inet6Address.getByAddress(null, local, 2)))
                .isTrue();
    }

    @Test
    void noAddressIsInAnEmptyList() {
        assertThat(Cidr.parse("0.0.0.0/0").contains(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost/8           | not an IP address in CIDR block \"localhost/8\"",
                "''                    | not an IP address in CIDR block \"\"",
                "10.0.0/8              | not an IP address in CIDR block \"10.0.0/8\"",
                "10.0.0.0/33           | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/33\"",
                "10.0.0.0/             | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/\"",
                "10.0.0.0/-1           | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/-1\"",
                "10.0.0.0/+8           | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/+8\"",
                "10.0.0.0/255.0.0.0    | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/255.0.0.0\"",
                "10.0.0.0/8/8          | prefix length must be 0 to 32 in CIDR block \"10.0.0.0/8/8\"",
                "::/129                | prefix length must be 0 to 128 in CIDR block \"::/129\"",
                "10.0.0.1/8            | is 10.0.0.0/8 meant?",
                "2001:db8::1/32        | is 2001:db8::/32 meant?",
                "192.0.2.129/25        | is 192.0.2.128/25 meant?",
                "::ffff:10.0.0.0/8     | needs a prefix length of 96 or more: \"::ffff:10.0.0.0/8\"",
                "::1%lo/128            | not an IP address"
            })
    void aFaultyBlockIsRefusedWithAReason(String block, String reason) {
        assertThatThrownBy(() -> Cidr.parse(block))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "192.0.2.1, 192.0.2.1/32",
        "2001:DB8:0::/32, 2001:db8::/32",
        "::1, ::1/128",
        "::ffff:10.0.0.0/104, 10.0.0.0/8"
    })
    void aBlockHasOneTextAndIsEqualByValue(String block, String text) {
        assertThat(Cidr.parse(block))
                .hasToString(text)
                .isEqualTo(Cidr.parse(text))
                .hasSameHashCodeAs(Cidr.parse(text));
        assertThat(Cidr.parse(block)).isNotEqualTo(Cidr.parse("10.0.0.0/9")).isNotEqualTo(text);
    }

    @Test
    void itAgreesWithArithmeticOnWholeAddresses() {
        Random random = new Random(3);
        for (int run = 0; run < 5_000; run++) {
            int length = random.nextInt(33);
            int mask = length == 0 ? 0 : -1 << (32 - length);
            int network = random.nextInt() & mask;
            int address = random.nextBoolean() ? random.nextInt() : network ^ 1 << random.nextInt(32);

            Cidr block = Cidr.parse(dotted(network) + '/' + length);

            assertThat(block.contains(IpLiteral.parse(dotted(address)))).isEqualTo((address & mask) == network);
        }
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + '.' + (address >>> 8 & 255) + '.' + (address & 255);
    }
}
