package dev.sluice.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.255",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::10.0.0.1",
                "64:ff9b::169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:0:1::8.8.8.8",
                "100::1",
                "100:0:0:1::1",
                "2001::1",
                "2001:0:a00:1::f7f7:f7f7",
                "2001:0:808:808::f5ff:fffe",
                "2001:1::1",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:1ff:ffff::1",
                "2001:db8::1",
                "2001:db8:ffff::1",
                "2002:a00:1::1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::1",
                "3fff::1",
                "3fff:fff::1",
                "5f00::1",
                "4000::1",
                "fc00::1",
                "fd00:ec2::254",
                "fdff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "ff0e::1"
            })
    void theseAreNotPublic(String address) throws Exception {
        assertThat(AddressRule.PUBLIC.permits(at(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.1",
                "192.88.100.1",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.1",
                "198.51.101.1",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2000::1",
                "2001:0:808:808::f7f7:f7f7",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2001:db7::1",
                "2001:db9::1",
                "2002:808:808::1",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "3ffe::1",
                "3fff:1000::1"
            })
    void theseArePublic(String address) throws Exception {
        assertThat(AddressRule.PUBLIC.permits(at(address))).isTrue();
    }

    @Test
    void aMappedIpv6AddressIsCheckedAsIpv4() throws Exception {
        byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
        InetAddress kept = Inet6Address.getByAddress("kept", mapped, 1);

        assertThat(kept).isInstanceOf(Inet6Address.class);
        assertThat(AddressRule.PUBLIC.permits(new InetSocketAddress(kept, 80))).isFalse();
    }

    @Test
    void anAddressThatIsNotResolvedIsNotPublic() {
        assertThat(AddressRule.PUBLIC.permits(InetSocketAddress.createUnresolved("example.com", 80)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, true", "8.8.8.8, true", "10.2.0.1, false", "8.8.4.4, false", "::ffff:10.1.0.1, true"})
    void rulesAreCombined(String address, boolean permitted) throws Exception {
        AddressRule rule = AddressRule.PUBLIC
                .or(AddressRule.within("10.1.0.0/16"))
                .and(AddressRule.within("8.8.4.0/24").negate());

        assertThat(rule.permits(at(address))).isEqualTo(permitted);
    }

    @Test
    void withoutBlocksNoAddressIsWithin() throws Exception {
        assertThat(AddressRule.within().permits(at("8.8.8.8"))).isFalse();
        assertThat(AddressRule.ANY.permits(at("127.0.0.1"))).isTrue();
    }

    private static InetSocketAddress at(String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 443);
    }
}
