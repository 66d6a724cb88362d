package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.Forwarding;
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
            value = {"/p?user=7, 7", "/p?a=1&user=%41&user=2, %41", "/p?user, none", "/p?auser=1, none", "/p, none"})
    void theQueryParameterIsTakenAsItIs(String path, String value) {
        assertThat(RequestKey.query("user").of(TestExchange.request("GET", path)))
                .isEqualTo(value);
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
    void theClientsAddressIsThePeersUnlessThePeerIsTrusted() {
        Forwarding trusted = Forwarding.builder().trust("192.0.2.0/24").build();
        ProxyRequest behind = from("192.0.2.1", "X-Forwarded-For", "198.51.100.7");
        assertThat(RequestKey.clientAddress().of(behind)).isEqualTo("192.0.2.1");
        assertThat(RequestKey.clientAddress(trusted).of(behind)).isEqualTo("198.51.100.7");
        ProxyRequest forged = from("203.0.113.1", "X-Forwarded-For", "198.51.100.7");
        assertThat(RequestKey.clientAddress(trusted).of(forged)).isEqualTo("203.0.113.1");
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

    @Test
    void recordsShowTheKeyOfAStrategy() {
        assertThat(List.of(
                        new RingHash(RequestKey.cookie("sid")),
                        new Maglev(HashPolicy.by(RequestKey.header("X-User")).withBoundedLoad(1.25), 101),
                        new Rendezvous(RequestKey.query("q")),
                        new ClientAddressHash(),
                        new LeastLoad(LoadMetric.PEAK_EWMA),
                        new PowerOfTwoChoices(),
                        PowerOfTwoChoices.bestOf(3, LoadMetric.PEAK_EWMA)))
                .extracting(Object::toString)
                .containsExactly(
                        "ring hash by cookie sid",
                        "maglev by header X-User, load bounded by 1.25",
                        "rendezvous by query q",
                        "client address hash",
                        "least load by peak EWMA latency",
                        "power of two choices",
                        "best of 3 by peak EWMA latency");
    }

    @Test
    void aBoundedLoadFactorOfOneOrLessIsRefused() {
        for (double factor : new double[] {1, 0, -1, Double.NaN}) {
            assertThatThrownBy(() -> HashPolicy.by(RequestKey.path()).withBoundedLoad(factor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("factor of bounded load must be above 1: " + factor);
        }
    }

    private static ProxyRequest request(String... fields) {
        return TestExchange.request("GET", "/").toBuilder()
                .headers(Headers.of(fields))
                .build();
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
                .hasMessage("key header must be the name of a field of requests: " + name);
        assertThatThrownBy(() -> Affinity.header(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrafficSplit.builder("s").whenHeader(name, "x", "y"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "a=", "a;", "ä", "a\""})
    void aCookieThatNoRequestHasIsRefused(String name) {
        assertThatThrownBy(() -> RequestKey.cookie(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key cookie must be a token: \"" + name + "\"");
        assertThatThrownBy(() -> Affinity.cookie(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrafficSplit.builder("s").whenCookie(name, "x", "y"))
                .isInstanceOf(IllegalArgumentException.class);
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
