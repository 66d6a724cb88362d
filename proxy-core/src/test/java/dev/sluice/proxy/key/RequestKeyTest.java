package dev.sluice.proxy.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestKeyTest {
    @ParameterizedTest
    @CsvSource(nullValues = "none", delimiter = '|', textBlock = """
            sid=1              | 1
            a=0; sid=1; b=2    | 1
            a=0;sid=1          | 1
            sid=1; sid=2       | 1
            sid=a=b            | a=b
            sid=               | ''
            xsid=1             | none
            SID=1              | none
            sid                | none
            a=sid=1            | none
            a="x; sid=1        | 1
            ;;; sid=1          | 1
            """)
    void theCookieIsTheFirstOfItsName(String line, String value) {
        assertThat(RequestKey.cookie("sid").of(request("Cookie", line))).isEqualTo(value);
    }

    @Test
    void theCookieMayBeInAnyLine() {
        assertThat(RequestKey.cookie("sid").of(request("Cookie", "a=1", "cookie", "sid=2")))
                .isEqualTo("2");
        assertThat(RequestKey.cookie("sid").of(request())).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/p?user=7, 7",
                "/p?a=1&user=%41&user=2, A",
                "/p?%75ser=a+b%zz, a+b%zz",
                "/p?us%65r=a+b, a b",
                "/p?user, none",
                "/p?a&user&b=1, none",
                "/p?auser=1, none",
                "/p?, none",
                "/p, none"
            })
    void theQueryParameterIsReadAsFormsWriteIt(String path, String value) {
        assertThat(RequestKey.query("user").of(TestExchange.request("GET", path)))
                .isEqualTo(value);
    }

    @Test
    void theNameOfAParameterMayHaveEscapes() {
        for (String name : List.of("ids[]", "ids%5B%5D")) {
            for (String query : List.of("/?ids[]=1", "/?ids%5b%5D=1")) {
                assertThat(RequestKey.query(name).of(TestExchange.request("GET", query)))
                        .isEqualTo("1");
            }
        }
    }

    @Test
    void headerPathAndHostAreUsedUnchanged() {
        assertThat(RequestKey.header("x-user").of(request("X-User", "7", "X-User", "8")))
                .isEqualTo("7");
        assertThat(RequestKey.header("x-user").of(request())).isNull();
        assertThat(RequestKey.path().of(TestExchange.request("GET", "/a%20b?q")))
                .isEqualTo("/a%20b");
        assertThat(RequestKey.host().of(request())).isEqualTo("test.example");
    }

    @Test
    void hostIsNotReadAsAHeader() {
        assertThatThrownBy(() -> RequestKey.header("host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host()");
    }

    @Test
    void theClientsAddressIsTheOneThatForwardingHasFound() {
        ProxyRequest behind = from("192.0.2.1");
        assertThat(RequestKey.clientAddress().of(behind)).isEqualTo("192.0.2.1");
        found(behind, "198.51.100.7");
        assertThat(RequestKey.clientAddress().of(behind)).isEqualTo("198.51.100.7");
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 198.51.100.0/24",
        "198.51.100.255, 198.51.100.0/24",
        "::ffff:198.51.100.7, 198.51.100.0/24",
        "2001:db8:1:23ff::1, 2001:db8:1:2300::/56",
        "2001:db8:1:2300:ffff::, 2001:db8:1:2300::/56"
    })
    void theNetworkHasTheFirstBitsOfTheAddress(String address, String network) {
        assertThat(RequestKey.clientNetwork(24, 56).of(from(address))).isEqualTo(network);
    }

    @Test
    void aNetworkOfNoBitsIsEverybody() {
        assertThat(RequestKey.clientNetwork(0, 0).of(from("198.51.100.7"))).isEqualTo("0.0.0.0/0");
        assertThat(RequestKey.clientNetwork(32, 128).of(from("2001:db8::1"))).isEqualTo("2001:db8::1/128");
    }

    @Test
    void bitsThatAnAddressDoesNotHaveAreRefused() {
        assertThatThrownBy(() -> RequestKey.clientNetwork(33, 64))
                .hasMessageContaining("bits4")
                .hasMessageContaining("33");
        assertThatThrownBy(() -> RequestKey.clientNetwork(24, -1))
                .hasMessageContaining("bits6")
                .hasMessageContaining("-1");
    }

    @Test
    void thePrincipalIsAKeyAfterAuthentication() {
        ProxyRequest request = request();
        assertThat(RequestKey.principal().of(request)).isNull();
        request.exchange().notes().principal(Principal.of("ann"));
        assertThat(RequestKey.principal().of(request)).isEqualTo("ann");
        assertThat(RequestKey.principal().stage()).isEqualTo(Stage.AFTER_AUTHENTICATION);
        assertThat(RequestKey.clientAddress().stage()).isEqualTo(Stage.BEFORE_AUTHENTICATION);
    }

    @Test
    void theOtherKeyCountsWhenThereIsNoneOfTheFirst() {
        RequestKey key = RequestKey.principal().or(RequestKey.header("X-User"));
        assertThat(key.of(request())).isNull();
        assertThat(key.of(request("X-User", "7"))).isEqualTo("7");
        ProxyRequest known = request("X-User", "7");
        known.exchange().notes().principal(Principal.of("ann"));
        assertThat(key.of(known)).isEqualTo("ann");
        assertThat(key).hasToString("principal, or header X-User");
        assertThat(key.stage()).isEqualTo(Stage.AFTER_AUTHENTICATION);
    }

    @Test
    void twoKeysTogetherAreNotMistakenForOthers() {
        RequestKey key = RequestKey.header("A").and(RequestKey.header("B"));
        assertThat(key.of(request("A", "a", "B", "bc"))).isNotEqualTo(key.of(request("A", "ab", "B", "c")));
        assertThat(key.of(request("A", "a"))).isNull();
        assertThat(key.of(request("B", "a"))).isNull();
        assertThat(key).hasToString("header A and header B");
    }

    @Test
    void theRouteIsAKey() {
        ProxyRequest request = request();
        assertThat(RequestKey.route().of(request)).isNull();
        request.exchange().notes().route("shop");
        assertThat(RequestKey.route().of(request)).isEqualTo("shop");
    }

    @Test
    void anUnresolvedAddressIsNotAKey() {
        Client nameless = new Client(
                InetSocketAddress.createUnresolved("peer", 1), InetSocketAddress.createUnresolved("here", 2), null);
        Exchange exchange =
                Exchange.builder(TimeSource.system()).client(nameless).begin();
        assertThat(RequestKey.clientAddress().of(TestExchange.request(exchange, "GET", "/")))
                .isNull();
    }

    private static ProxyRequest request(String... fields) {
        return TestExchange.request("GET", "/").toBuilder()
                .headers(Headers.of(fields))
                .build();
    }

    private static void found(ProxyRequest request, String address) {
        request.exchange().notes().forwardedClient(new ForwardedClient(IpLiteral.parse(address), "http", null, ""));
    }

    private static ProxyRequest from(String address, String... fields) {
        InetSocketAddress peer = new InetSocketAddress(address, 1);
        Exchange exchange = Exchange.builder(TimeSource.system())
                .client(new Client(peer, peer, null))
                .begin();
        return ProxyRequest.builder(exchange, "GET", RequestTarget.of("http", Authority.parse("test.example"), "/"))
                .headers(Headers.of(fields))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a:", "ä", "a\n", "Connection", "content-length", "TE", "Expect", "Upgrade"})
    void aHeaderThatNoRequestHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.header(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key header must be the name of a field that a request can have behind a proxy: " + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a=", "a;", "ä", "a\""})
    void aCookieThatNoRequestHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.cookie(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key cookie must be a token: \"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a=", "a&b", "ä", "a#", "%", "%2", "a\n"})
    void aParameterThatNoQueryHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.query(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b-c_d~", "ids%5B%5D", "a[]"})
    void aParameterThatAQueryMayHaveIsTaken(String name) {
        assertThat(RequestKey.query(name)).hasToString("query " + name);
    }
}
