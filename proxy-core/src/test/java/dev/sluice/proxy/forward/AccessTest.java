package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use the proxy, and for which destinations. */
class AccessTest {
    private static ForwardProxyBuilder rules(String allow, String deny) {
        ForwardProxyBuilder builder = ForwardProxy.builder();
        if (allow != null) {
            builder.allow(allow.split(" ", -1));
        }
        return deny == null ? builder : builder.deny(deny.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,       200",
        "10.255.0.1,     200",
        "11.0.0.1,       403",
        "127.0.0.1,      200",
        "127.0.0.2,      403",
        "::1,            403",
        "2001:db8::7,    200",
        "::ffff:10.0.0.1, 200",
    })
    void onlyTheClientsThatAreNamedMayAsk(String client, int status) throws Exception {
        Asking asking = new Asking(ForwardProxy.builder().allowClients("10.0.0.0/8", "127.0.0.1", "2001:db8::/32"))
                .from(client);

        assertThat(asking.status("GET", "http://a.example/")).isEqualTo(status);
        assertThat(asking.status("CONNECT", "a.example:443")).isEqualTo(status);
        assertThat(asking.origin.requests()).hasSize(status == 200 ? 2 : 0);
    }

    @Test
    void anEmptyListIsRefusedAndDoesNotMeanAll() {
        ForwardProxyBuilder builder = ForwardProxy.builder();
        ParentProxy parent = ParentProxy.at("http://127.0.0.1:1");
        String[] none = {};

        assertThatThrownBy(() -> builder.allowClients(none)).hasMessage("allowClients needs at least one value");
        assertThatThrownBy(() -> builder.allow(none)).hasMessage("allow needs at least one value");
        assertThatThrownBy(() -> builder.deny(none)).hasMessage("deny needs at least one value");
        assertThatThrownBy(() -> builder.addDirect(none)).hasMessage("addDirect needs at least one value");
        assertThatThrownBy(() -> builder.addParent(parent, none)).hasMessage("addParent needs at least one value");
        assertThatThrownBy(builder::ports).hasMessage("ports needs at least one value");
        assertThatThrownBy(builder::connectPorts).hasMessage("connectPorts needs at least one value");
    }

    @Test
    void everyClientIsAllowedByDefault() throws Exception {
        assertThat(new Asking(ForwardProxy.builder()).from("203.0.113.9").status("GET", "http://a.example/"))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        // allow,               deny,                host,                 status
        ",                      ,                    a.example,            200",
        "a.example,             ,                    a.example,            200",
        "a.example,             ,                    A.Example,            200",
        "a.example,             ,                    a.example.,           200",
        "a.example.,            ,                    a.example,            200",
        "a.example,             ,                    b.a.example,          403",
        "a.example,             ,                    xa.example,           403",
        "*.a.example,           ,                    b.a.example,          200",
        "*.a.example,           ,                    c.b.a.example,        200",
        "*.a.example,           ,                    a.example,            403",
        "*.a.example,           ,                    xa.example,           403",
        "a.example *.a.example, ,                    b.a.example,          200",
        ",                      a.example,           a.example,            403",
        ",                      a.example,           A.EXAMPLE.,           403",
        ",                      a.example,           b.example,            200",
        ",                      *.a.example,         b.a.example,          403",
        ",                      *.a.example,         a.example,            200",
        "*.a.example,           secret.a.example,    secret.a.example,     403",
        "*.a.example,           secret.a.example,    open.a.example,       200",
        "secret.a.example,      *.a.example,         secret.a.example,     403",
    })
    void aHostIsComparedWithWhatIsAllowedAndWhatIsDenied(String allow, String deny, String host, int status)
            throws Exception {
        Asking asking = new Asking(rules(allow, deny));

        assertThat(asking.status("GET", "http://" + host + "/")).isEqualTo(status);
        assertThat(asking.status("CONNECT", host + ":443")).isEqualTo(status);
        assertThat(asking.origin.requests()).hasSize(status == 200 ? 2 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        // what is allowed and denied by address, and an address that a name leads to
        ",                        ,                 93.184.216.34,      true",
        ",                        ,                 10.0.0.1,           false",
        "93.184.0.0/16,           ,                 93.184.216.34,      true",
        "93.184.0.0/16,           ,                 93.185.0.1,         false",
        "10.0.0.0/8,              ,                 10.0.0.1,           false",
        ",                        93.184.216.34,    93.184.216.34,      false",
        ",                        93.184.0.0/16,    93.184.216.34,      false",
        ",                        93.184.0.0/16,    93.185.0.1,         true",
        "93.184.0.0/16,           93.184.216.34,    93.184.216.34,      false",
        "[2606:2800:220:1::1],    ,                 2606:2800:220:1::1, true",
        "2606:2800:220:1::/64,    ,                 2606:2800:220:1::1, true",
        "2606:2800:220:1::/64,    ,                 2606:2800:220:2::1, false",
    })
    void aBlockIsComparedWithTheAddressThatIsConnectedTo(String allow, String deny, String address, boolean permitted)
            throws Exception {
        Asking asking = new Asking(rules(allow, deny));
        asking.get("http://a.example/");

        AddressRule rule = asking.rules.get(0);
        assertThat(rule.permits(new InetSocketAddress(InetAddress.getByName(address), 80)))
                .isEqualTo(permitted);
    }

    @Test
    void anAllowedNameMayHaveAnAddressOutsideAllowedBlocks() throws Exception {
        Asking asking = new Asking(ForwardProxy.builder().allow("a.example", "93.184.0.0/16"));
        asking.get("http://a.example/");

        assertThat(asking.rules.get(0).permits(new InetSocketAddress("8.8.8.8", 80)))
                .isTrue();
    }

    @Test
    void nonPublicAddressesAreReachableIfPermitted() throws Exception {
        Asking asking = new Asking(ForwardProxy.builder().addresses(AddressRule.ANY));
        asking.get("http://a.example/");

        assertThat(asking.rules.get(0).permits(new InetSocketAddress("10.0.0.1", 81)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/,        200",
        "http://a.example:80/,     200",
        "https://a.example/,       200",
        "http://a.example:443/,    200",
        "http://a.example:1024/,   200",
        "http://a.example:65535/,  200",
        "http://a.example:25/,     403",
        "http://a.example:22/,     403",
        "http://a.example:1023/,   403",
        "http://a.example:0/,      403",
    })
    void byDefaultPortsOfOtherSystemServicesAreRefused(String target, int status) throws Exception {
        assertThat(new Asking(ForwardProxy.builder()).status("GET", target)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"443, 200", "80, 403", "8443, 403", "22, 403", "0, 403"})
    void byDefaultOnlyPort443IsConnectedTo(int port, int status) throws Exception {
        assertThat(new Asking(ForwardProxy.builder()).status("CONNECT", "a.example:" + port))
                .isEqualTo(status);
    }

    @Test
    void onlyTheNamedPortsAreAllowed() throws Exception {
        Asking some = new Asking(ForwardProxy.builder().ports(8080).connectPorts(22, 443));
        assertThat(some.status("GET", "http://a.example:8080/")).isEqualTo(200);
        assertThat(some.status("GET", "http://a.example/")).isEqualTo(403);
        assertThat(some.status("CONNECT", "a.example:22")).isEqualTo(200);
        assertThat(some.status("CONNECT", "a.example:23")).isEqualTo(403);

        Asking any = new Asking(ForwardProxy.builder().anyPort(true).anyConnectPort(true));
        assertThat(any.status("GET", "http://a.example:25/")).isEqualTo(200);
        assertThat(any.status("CONNECT", "a.example:25")).isEqualTo(200);
        assertThat(any.status("CONNECT", "a.example:0")).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /x,               400",
        "OPTIONS, *,                400",
        "CONNECT, a.example,        400",
        "GET,     ftp://a.example/, 400",
        "GET,     ws://a.example/,  400",
        "GET,     http://u@a.example/, 400",
        "TRACE,   http://a.example/, 405",
    })
    void whatIsNoRequestToAProxyIsRefused(String method, String target, int status) throws Exception {
        Asking asking = new Asking(ForwardProxy.builder());

        assertThat(asking.status(method, target)).isEqualTo(status);
        assertThat(asking.origin.requests()).isEmpty();
    }

    @Test
    void aRefusalTellsNeitherTheAddressNorTheRule() {
        Asking asking = new Asking(ForwardProxy.builder().deny("a.example"));

        assertThatThrownBy(() -> asking.get("http://a.example/")).isInstanceOfSatisfying(ProxyException.class, why -> {
            assertThat(why.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(why.status()).isEqualTo(403);
            assertThat(why.publicDetail()).isEqualTo("connections to this destination are not allowed");
        });
    }

    @Test
    void aTunnelNeedsAListenerThatCanCarryIt() throws Exception {
        Asking asking = new Asking(ForwardProxy.builder()).capable(Capability.TRAILERS);

        assertThat(asking.status("CONNECT", "a.example:443")).isEqualTo(501);
        assertThat(asking.status("GET", "http://a.example/")).isEqualTo(200);
        assertThat(ForwardProxy.builder().build().needs()).containsExactly(Capability.TUNNEL);
    }

    @ParameterizedTest
    @CsvSource({
        // address, listener's port, permitted
        "127.0.0.1,  80,   false",
        "127.9.9.9,  80,   false",
        "0.0.0.0,    80,   false",
        "::1,        80,   false",
        "127.0.0.1,  81,   true",
        "192.0.2.77, 80,   true",
    })
    void theListenerThatTheClientCameByIsRefused(String address, int port, boolean permitted) throws Exception {
        // The test client's own listener is at port 80.
        Asking asking = new Asking(ForwardProxy.builder().addresses(AddressRule.ANY));
        asking.get("http://a.example/");
        Asking allowing =
                new Asking(ForwardProxy.builder().addresses(AddressRule.ANY).allowOwnListener(true));
        allowing.get("http://a.example/");

        InetSocketAddress asked = new InetSocketAddress(address, port);
        assertThat(asking.rules.get(0).permits(asked)).isEqualTo(permitted);
        assertThat(allowing.rules.get(0).permits(asked)).isTrue();
    }

    @Test
    void theListenerIsRefusedAtEveryAddressOfThisHost() throws Exception {
        Asking asking = new Asking(ForwardProxy.builder().addresses(AddressRule.ANY));
        asking.get("http://a.example/");

        java.net.NetworkInterface.networkInterfaces()
                .flatMap(java.net.NetworkInterface::inetAddresses)
                .forEach(own -> assertThat(asking.rules.get(0).permits(new InetSocketAddress(own, 80)))
                        .as("%s", own)
                        .isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "allow,   a.example:80",
        "allow,   *",
        "allow,   a.*.example",
        "allow,   10.0.0.0/33",
        "allow,   10.0.0.1/8",
        "deny,    a b",
        "deny,    http://a/",
        "allowClients, a.example",
        "addDirect,  ''",
    })
    void aPatternThatIsNoneIsRefusedByName(String option, String pattern) {
        assertThatThrownBy(() -> {
                    ForwardProxyBuilder builder = ForwardProxy.builder();
                    switch (option) {
                        case "allow" -> builder.allow(pattern);
                        case "deny" -> builder.deny(pattern);
                        case "allowClients" -> builder.allowClients(pattern);
                        default -> builder.addDirect(pattern);
                    }
                    builder.build();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(option)
                .hasMessageContaining("\"" + pattern + "\"");
    }

    @Test
    void anInvalidPortIsRefusedByName() {
        assertThatThrownBy(() -> ForwardProxy.builder().ports(0)).hasMessage("ports must be 1 to 65535: 0");
        assertThatThrownBy(() -> ForwardProxy.builder().connectPorts(65_536))
                .hasMessage("connectPorts must be 1 to 65535: 65536");
    }
}
