package dev.sluice.proxy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {
    private static final Authority SHOP = Authority.parse("shop.example:8443");

    private static final Headers SPOOFED = Headers.of(
            "Accept", "*/*",
            "X-Forwarded-For", "1.1.1.1",
            "x-forwarded-for", "2.2.2.2",
            "X-Forwarded-Host", "evil",
            "X-Forwarded-Proto", "gopher",
            "X-Forwarded-Prefix", "/evil",
            "X-Forwarded-Port", "1",
            "X-Forwarded-User", "root",
            "X-Real-IP", "3.3.3.3",
            "Forwarded", "for=4.4.4.4");

    @Nested
    class FromAnUntrustedPeer {
        @Test
        void receivedFieldsAreReplaced() {
            Headers sent = Forwarding.DEFAULT.apply(SPOOFED, from("192.0.2.1"), SHOP, "/app");

            assertThat(sent)
                    .isEqualTo(Headers.of(
                            "Accept", "*/*",
                            "X-Forwarded-For", "192.0.2.1",
                            "X-Forwarded-Host", "shop.example:8443",
                            "X-Forwarded-Proto", "http",
                            "X-Forwarded-Prefix", "/app"));
        }

        @Test
        void trustInOtherPeersChangesNothing() {
            Forwarding forwarding = Forwarding.builder().trust("10.0.0.0/8").build();

            Headers sent = forwarding.apply(SPOOFED, from("192.0.2.1"), SHOP, "");

            assertThat(sent.all("X-Forwarded-For")).containsExactly("192.0.2.1");
            assertThat(sent.has("X-Forwarded-Prefix")).isFalse();
        }

        @Test
        void withoutHostOrPrefixTheirFieldsAreMissing() {
            Headers sent = Forwarding.DEFAULT.apply(SPOOFED, from("192.0.2.1"), null, "");

            assertThat(sent.has("X-Forwarded-Host")).isFalse();
            assertThat(sent.has("X-Forwarded-Prefix")).isFalse();
        }

        @Test
        void anUnresolvedPeerIsUntrustedAndNotNamed() {
            Client nobody = client(InetSocketAddress.createUnresolved("10.0.0.1", 1));
            Forwarding forwarding = Forwarding.builder()
                    .trust("0.0.0.0/0", "::/0")
                    .forwarded(true)
                    .build();

            Headers sent = forwarding.apply(SPOOFED, nobody, null, "");

            assertThat(sent)
                    .isEqualTo(Headers.of(
                            "Accept", "*/*", "X-Forwarded-Proto", "http", "Forwarded", "for=unknown;proto=http"));
            assertThat(forwarding.clientAddress(nobody, SPOOFED)).isNull();
        }
    }

    @Nested
    class FromATrustedPeer {
        private final Forwarding forwarding =
                Forwarding.builder().trust("10.0.0.0/8", "::1").build();

        @Test
        void theListIsContinuedAndOtherFieldsKeepTheirValue() {
            Headers sent = forwarding.apply(SPOOFED, from("10.1.2.3"), SHOP, "/app");

            assertThat(sent)
                    .isEqualTo(Headers.of(
                            "Accept", "*/*",
                            "X-Forwarded-For", "1.1.1.1, 2.2.2.2, 10.1.2.3",
                            "X-Forwarded-Host", "evil",
                            "X-Forwarded-Proto", "http",
                            "X-Forwarded-Prefix", "/evil/app",
                            "X-Forwarded-Port", "1",
                            "X-Forwarded-User", "root",
                            "X-Real-IP", "3.3.3.3"));
        }

        @Test
        void prefixesOfSeveralProxiesAreOnePath() {
            Headers received = Headers.of(
                    "X-Forwarded-For", "192.0.2.1, 10.0.0.1",
                    "X-Forwarded-Prefix", "/made-up, /a/",
                    "X-Forwarded-Prefix", "",
                    "X-Forwarded-Prefix", "/b");

            assertThat(forwarding.apply(received, from("::1"), null, "/c").all("X-Forwarded-Prefix"))
                    .containsExactly("/a/b/c");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/..",
                    "/../../x",
                    "/a/./b",
                    "/a//b",
                    "/%2e%2e/a",
                    "/..;/a",
                    "a",
                    "//evil",
                    "/a;b",
                    "/a b",
                    "/a?b",
                    "/a#b",
                    "/a\"",
                    "http://a/",
                    "/",
                    ""
                })
        void whatIsNoPrefixIsLeftOut(String prefix) {
            Headers received = Headers.of("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Prefix", prefix);

            assertThat(forwarding.apply(received, from("10.0.0.1"), null, "/c").all("X-Forwarded-Prefix"))
                    .containsExactly("/c");
            assertThat(forwarding.apply(received, from("10.0.0.1"), null, "").has("X-Forwarded-Prefix"))
                    .isFalse();
        }

        @Test
        void missingFieldsGetOurValues() {
            Headers sent = forwarding.apply(Headers.of("X-Forwarded-For", "192.0.2.1"), from("10.0.0.1"), SHOP, "");

            assertThat(sent)
                    .isEqualTo(Headers.of(
                            "X-Forwarded-For", "192.0.2.1, 10.0.0.1",
                            "X-Forwarded-Host", "shop.example:8443",
                            "X-Forwarded-Proto", "http"));
        }

        @Test
        void unreadableFieldsAreNotUsed() {
            Headers received = Headers.of(
                    "X-Forwarded-Host", "a b",
                    "X-Forwarded-Proto", "ftp",
                    "X-Forwarded-Port", "70000");

            assertThat(forwarding.apply(received, from("10.0.0.1"), SHOP, ""))
                    .isEqualTo(Headers.of(
                            "X-Forwarded-Host", "shop.example:8443",
                            "X-Forwarded-Proto", "http",
                            "X-Forwarded-For", "10.0.0.1"));
        }

        @Test
        void cgiVariantsOfTheNamesAreNotBelievedEvenFromATrustedPeer() {
            Headers received = Headers.of("X_Forwarded_For", "6.6.6.6", "X-Forwarded_Proto", "https", "My_Own", "kept");

            assertThat(forwarding.apply(received, from("10.0.0.1"), null, ""))
                    .isEqualTo(
                            Headers.of("My_Own", "kept", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Proto", "http"));
        }

        @Test
        void forwardedEndsHereUnlessItIsSwitchedOn() {
            Headers received = Headers.of("Forwarded", "for=1.1.1.1");

            assertThat(forwarding.apply(received, from("10.0.0.1"), SHOP, "").has("Forwarded"))
                    .isFalse();
            Forwarding on =
                    Forwarding.builder().trust("10.0.0.0/8").forwarded(true).build();
            assertThat(on.apply(received, from("10.0.0.1"), null, "").all("Forwarded"))
                    .containsExactly("for=1.1.1.1, for=10.0.0.1;proto=http");
        }

        @Test
        void otherFieldsOfATrustedPeerAreRepeatedInForwarded() {
            Headers received = Headers.of(
                    "X-Forwarded-For",
                    "_who, nobody, 2001:db8::7, 203.0.113.7:99, 10.0.0.2",
                    "X-Forwarded-Proto",
                    "https",
                    "X-Forwarded-Host",
                    "www.example");

            Headers sent = trusting().apply(received, from("10.0.0.1"), SHOP, "");

            assertThat(sent.all("Forwarded"))
                    .containsExactly("for=_who, for=unknown, for=\"[2001:db8::7]\","
                            + " for=203.0.113.7;host=www.example;proto=https, for=10.0.0.2,"
                            + " for=10.0.0.1;host=\"shop.example:8443\";proto=http");
            assertThat(trusting().client(from("10.0.0.1"), SHOP, sent))
                    .isEqualTo(trusting().client(from("10.0.0.1"), SHOP, received));
        }

        @Test
        void withoutAClientFromATrustedPeerTheOnlyElementHasItsOtherFields() {
            Headers received = Headers.of("X-Forwarded-Proto", "https", "X-Forwarded-Host", "www.example:8443");

            Headers sent = trusting().apply(received, from("10.0.0.1"), SHOP, "");

            assertThat(sent.all("Forwarded")).containsExactly("for=10.0.0.1;host=\"www.example:8443\";proto=https");
        }

        @Test
        void anAddressOfForwardedIsBareInTheOtherField() {
            Headers received = Headers.of("Forwarded", "for=\"[2001:db8::7]:99\", for=\"203.0.113.7:99\", for=_who");

            assertThat(trusting().apply(received, from("10.0.0.1"), SHOP, "").all("X-Forwarded-For"))
                    .containsExactly("2001:db8::7, 203.0.113.7, _who, 10.0.0.1");
        }

        private static Forwarding trusting() {
            return Forwarding.builder().trust("10.0.0.0/8").forwarded(true).build();
        }
    }

    @Nested
    class Texts {
        @ParameterizedTest
        @CsvSource({
            "192.0.2.1, 192.0.2.1, 192.0.2.1",
            "2001:DB8:0:0::1, 2001:db8::1, '\"[2001:db8::1]\"'",
            "::ffff:192.0.2.1, 192.0.2.1, 192.0.2.1"
        })
        void theAddressIsBareInOneFieldAndQuotedInTheOtherWhereItHasColons(String peer, String plain, String quoted) {
            Forwarding forwarding = Forwarding.builder().forwarded(true).build();

            Headers sent = forwarding.apply(Headers.empty(), from(peer), null, "");

            assertThat(sent.all("X-Forwarded-For")).containsExactly(plain);
            assertThat(sent.all("Forwarded")).containsExactly("for=" + quoted + ";proto=http");
        }

        @Test
        void theZoneOfAnAddressIsLeftOut() throws UnknownHostException {
            InetAddress zoned = Inet6Address.getByAddress(
                    null, InetAddress.getByName("fe80::1").getAddress(), 1);
            Client client = client(new InetSocketAddress(zoned, 1));

            assertThat(Forwarding.DEFAULT
                            .apply(Headers.empty(), client, null, "")
                            .all("X-Forwarded-For"))
                    .containsExactly("fe80::1");
        }

        @ParameterizedTest
        @CsvSource({"shop.example, shop.example", "shop.example:1, '\"shop.example:1\"'", "[::1], '\"[::1]\"'"})
        void aHostThatIsNoTokenIsQuoted(String host, String quoted) {
            Forwarding forwarding =
                    Forwarding.builder().forwarded(true).by("_edge-1").build();

            Headers sent = forwarding.apply(Headers.empty(), from("192.0.2.1"), Authority.parse(host), "");

            assertThat(sent.all("Forwarded"))
                    .containsExactly("for=192.0.2.1;by=_edge-1;host=" + quoted + ";proto=http");
            assertThat(sent.all("X-Forwarded-Host")).containsExactly(host);
        }

        @Test
        void aCommaInAPrefixDoesNotMakeTwoPrefixes() {
            Headers sent = Forwarding.DEFAULT.apply(Headers.empty(), from("192.0.2.1"), null, "/a,b");

            assertThat(sent.all("X-Forwarded-Prefix")).containsExactly("/a%2Cb");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "_", "edge", "_a b", "_a\"", "_\u00e9", "_a:1"})
        void aNameThatIsNoObfuscatedIdentifierIsRefused(String by) {
            assertThatThrownBy(() -> Forwarding.builder().by(by))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("by must be")
                    .hasMessageContaining('"' + by + '"');
        }
    }

    @Nested
    class OtherModes {
        @Test
        void offPassesEverythingOn() {
            assertThat(Forwarding.OFF.apply(SPOOFED, from("192.0.2.1"), SHOP, "/app"))
                    .isSameAs(SPOOFED);
        }

        @Test
        void maskingDropsAllAndAddsNothing() {
            assertThat(Forwarding.MASK.apply(SPOOFED, from("192.0.2.1"), SHOP, "/app"))
                    .isEqualTo(Headers.of("Accept", "*/*"));
            Forwarding trusting = Forwarding.builder()
                    .mode(Forwarding.Mode.MASK)
                    .trust("192.0.2.1")
                    .build();
            assertThat(trusting.apply(SPOOFED, from("192.0.2.1"), SHOP, "/app")).isEqualTo(Headers.of("Accept", "*/*"));
        }
    }

    @Nested
    class ClientAddress {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    // peer       | X-Forwarded-For                        | client
                    "192.0.2.1    | 1.1.1.1                                | 192.0.2.1",
                    "10.0.0.1     | ''                                     | 10.0.0.1",
                    "10.0.0.1     | 1.1.1.1                                | 1.1.1.1",
                    "10.0.0.1     | 1.1.1.1, 2.2.2.2                       | 2.2.2.2",
                    "10.0.0.1     | 1.1.1.1, 2.2.2.2, 10.0.0.9, 10.0.0.8   | 2.2.2.2",
                    "10.0.0.1     | 10.0.0.7, 10.0.0.8                     | 10.0.0.7",
                    "10.0.0.1     | 1.1.1.1, unknown                       | 10.0.0.1",
                    "10.0.0.1     | 1.1.1.1, _hidden, 10.0.0.8             | 10.0.0.8",
                    "10.0.0.1     | 1.1.1.1, localhost, 10.0.0.8           | 10.0.0.8",
                    "10.0.0.1     | 1.1.1.1, , 10.0.0.8                    | 1.1.1.1",
                    "10.0.0.1     | 1.1.1.1:443                            | 1.1.1.1",
                    "10.0.0.1     | 1.1.1.1:                               | 10.0.0.1",
                    "10.0.0.1     | 1.1.1.1:x                              | 10.0.0.1",
                    "10.0.0.1     | [2001:db8::1]:443                      | 2001:db8::1",
                    "10.0.0.1     | [2001:db8::1]                          | 2001:db8::1",
                    "10.0.0.1     | 2001:db8::1                            | 2001:db8::1",
                    "10.0.0.1     | [2001:db8::1                           | 10.0.0.1",
                    "10.0.0.1     | [1.1.1.1]                              | 10.0.0.1",
                    "10.0.0.1     | ::ffff:1.1.1.1                         | 1.1.1.1",
                    "10.0.0.1     | 1.1.1.1, ::ffff:10.0.0.9               | 1.1.1.1"
                })
        void itIsTheLastThatIsNotTrusted(String peer, String chain, String expected) {
            Forwarding forwarding = Forwarding.builder().trust("10.0.0.0/8").build();

            InetAddress client = forwarding.clientAddress(from(peer), Headers.of("X-Forwarded-For", chain));

            assertThat(client).isEqualTo(IpLiteral.parse(expected));
        }

        @Test
        void allLinesAreOneChain() {
            Headers received = Headers.of("X-Forwarded-For", "1.1.1.1", "x-forwarded-for", "2.2.2.2, 10.0.0.3");

            assertThat(Forwarding.builder().trust("10.0.0.0/8").build().clientAddress(from("10.0.0.1"), received))
                    .isEqualTo(IpLiteral.parse("2.2.2.2"));
        }
    }

    @Test
    void anInvalidTrustedBlockIsRefusedByName() {
        assertThatThrownBy(() -> Forwarding.builder().trust("10.0.0.0/8", "proxy.internal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trust: not an IP address in CIDR block \"proxy.internal\"");
    }

    @Nested
    class TheClient {
        private final Forwarding forwarding =
                Forwarding.builder().trust("10.0.0.0/8").build();

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        www.example.com            | ''     | https | www.example.com
                        www.example.com            | 443    | https | www.example.com
                        www.example.com            | 8443   | https | www.example.com:8443
                        www.example.com            | 80     | https | www.example.com:80
                        www.example.com:81         | 8443   | https | www.example.com:81
                        a.test, www.example.com    | ''     | http  | www.example.com
                        www.example.com            | 1, 443 | https | www.example.com
                        ''                         | 443    | https | shop.example
                        ''                         | ''     | https | shop.example:8443
                        ''                         | x      | https | shop.example:8443
                        a b                        | ''     | https | shop.example:8443
                        """)
        void hasAskedForTheHostThatATrustedPeerSays(String host, String port, String scheme, String expected) {
            Headers received = Headers.of(
                    "X-Forwarded-For", "203.0.113.7",
                    "X-Forwarded-Host", host,
                    "X-Forwarded-Port", port,
                    "X-Forwarded-Proto", scheme,
                    "X-Forwarded-Prefix", "/api");

            assertThat(forwarding.client(from("10.0.0.1"), SHOP, received))
                    .isEqualTo(new ForwardedClient(
                            IpLiteral.parse("203.0.113.7"), scheme, Authority.parse(expected), "/api"));
            assertThat(forwarding.client(from("192.0.2.1"), SHOP, received))
                    .isEqualTo(new ForwardedClient(IpLiteral.parse("192.0.2.1"), "http", SHOP, ""));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        for=203.0.113.7;proto=https;host=a.test                          | 203.0.113.7  | https | a.test
                        For="203.0.113.7:4711" ; Proto = HTTPS ;HOST="a.test:81"         | 203.0.113.7  | https | a.test:81
                        for="[2001:db8::1]:99";proto=https                               | 2001:db8::1  | https | shop.example:8443
                        for=6.6.6.6;proto=https;host=evil, for=203.0.113.7;proto=http    | 203.0.113.7  | http  | shop.example:8443
                        for=203.0.113.7;proto=https;host=a.test, for=10.0.0.9;proto=http | 203.0.113.7  | https | a.test
                        for=203.0.113.7, for=_hidden                                     | 10.0.0.1     | http  | shop.example:8443
                        for=unknown;proto=https;host=a.test                              | 10.0.0.1     | https | a.test
                        proto=https                                                      | 10.0.0.1     | https | shop.example:8443
                        for=6.6.6.6;proto="https, for=203.0.113.7;host=a.test            | 203.0.113.7  | http  | a.test
                        for=6.6.6.6;x="\\", for="[2001:db8::1]";host="a.test:81"         | 2001:db8::1  | http  | a.test:81
                        for=6.6.6.6;x="a,for=7.7.7.7;b", for=203.0.113.7                 | 203.0.113.7  | http  | shop.example:8443
                        """)
        void isWhomForwardedNamesWhereNothingElseDoes(String field, String address, String scheme, String host) {
            Headers received = Headers.of("Forwarded", field);

            assertThat(forwarding.client(from("10.0.0.1"), SHOP, received))
                    .isEqualTo(new ForwardedClient(IpLiteral.parse(address), scheme, Authority.parse(host), ""));
        }

        @Test
        void isWhomForwardedNamesBeforeAllOthersWhereItIsSwitchedOn() {
            Headers both = Headers.of(
                    "X-Forwarded-For", "6.6.6.6",
                    "X-Forwarded-Proto", "https",
                    "Forwarded", "for=203.0.113.7;proto=http",
                    "Forwarded", "for=10.0.0.9");
            Forwarding on =
                    Forwarding.builder().trust("10.0.0.0/8").forwarded(true).build();

            assertThat(on.client(from("10.0.0.1"), null, both).address()).isEqualTo(IpLiteral.parse("203.0.113.7"));
            assertThat(forwarding.client(from("10.0.0.1"), null, both).address())
                    .isEqualTo(IpLiteral.parse("6.6.6.6"));
            assertThat(on.apply(both, from("10.0.0.1"), null, ""))
                    .isEqualTo(Headers.of(
                            "X-Forwarded-For", "203.0.113.7, 10.0.0.9, 10.0.0.1",
                            "X-Forwarded-Proto", "http",
                            "Forwarded", "for=203.0.113.7;proto=http, for=10.0.0.9, for=10.0.0.1;proto=http"));
        }

        @Test
        void isToldToTheOriginInTheFieldsThatItKnows() {
            Headers received =
                    Headers.of("Forwarded", "for=\"[2001:db8::1]:99\";proto=https;host=a.test, for=10.0.0.9");

            assertThat(forwarding.apply(received, from("10.0.0.1"), SHOP, ""))
                    .isEqualTo(Headers.of(
                            "X-Forwarded-For", "2001:db8::1, 10.0.0.9, 10.0.0.1",
                            "X-Forwarded-Host", "a.test",
                            "X-Forwarded-Proto", "https"));
        }
    }

    private static Client from(String peer) {
        return client(new InetSocketAddress(IpLiteral.parse(peer), 50_000));
    }

    private static Client client(InetSocketAddress peer) {
        return new Client(peer, new InetSocketAddress(IpLiteral.parse("192.0.2.254"), 80), null);
    }

    @Test
    void namesThatAnOriginTakesForTheseGoToo() {
        Headers received = Headers.of("X_Forwarded_For", "6.6.6.6", "x_real-IP", "6.6.6.6", "My_Own", "kept");

        assertThat(Forwarding.MASK.apply(received, peer(), null, "")).isEqualTo(Headers.of("My_Own", "kept"));
        assertThat(Forwarding.DEFAULT.apply(received, peer(), null, "").all("X_Forwarded_For"))
                .isEmpty();
    }

    private static Client peer() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new Client(address, address, null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    203.0.113.7             | https        | https
                    203.0.113.7             | ftp          | http
                    203.0.113.7             | WSS          | https
                    203.0.113.7             | ws           | http
                    203.0.113.7, 10.0.0.9   | https, http  | https
                    6.6.6.6, 203.0.113.7    | https, http  | http
                    6.6.6.6, junk, 10.0.0.9 | a, b, https  | https
                    203.0.113.7             | https, http  | http
                    6.6.6.6, 203.0.113.7, 10.0.0.9 | https, http, http | http
                    6.6.6.6, 203.0.113.7, 10.0.0.9 | https, http | https
                    203.0.113.7, 10.0.0.9, 10.0.0.8 | https, http | https
                    ''                      | https, http  | http
                    ''                      | https        | https
                    ''                      | ''           | http
                    """)
    void theSchemeIsTheOneBesideTheClientsOwnAddress(String addresses, String schemes, String expected) {
        Forwarding trusting = Forwarding.builder().trust("10.0.0.0/8").build();
        Client behind = from("10.0.0.1");
        Headers received = Headers.of("X-Forwarded-For", addresses, "X-Forwarded-Proto", schemes);

        assertThat(trusting.clientScheme(behind, received)).isEqualTo(expected);
        assertThat(Forwarding.DEFAULT.clientScheme(behind, received)).isEqualTo("http");
    }
}
