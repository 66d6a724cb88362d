package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses are checked after the name is resolved, and the proxy connects to exactly the checked address. */
class AddressTest {
    private final ForwardFixture fixture = new ForwardFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String get(ProxyServer server, String authority) throws Exception {
        return ForwardFixture.exchange(
                server, "GET http://" + authority + "/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.0.1",
                "::1",
                "::ffff:127.0.0.1", // loopback
                "0.0.0.0",
                "::", // this host
                "10.0.0.1",
                "172.16.0.1",
                "192.168.0.1",
                "fd00::1",
                "fec0::1", // private
                "100.64.0.1", // shared
                "169.254.0.1",
                "fe80::1", // link-local
                "169.254.169.254",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16", // metadata services
                "224.0.0.1",
                "ff02::1",
                "255.255.255.255", // many
                "64:ff9b::7f00:1",
                "2002:7f00:1::1", // IPv4 in IPv6
            })
    void byDefaultOnlyPublicAddressesAreReached(String address) throws Exception {
        InetAddress resolved = InetAddress.getByName(address);
        AtomicInteger asked = new AtomicInteger();
        ProxyServer server = fixture.serve(ForwardProxy.builder().transport(fixture.transport(host -> {
            asked.incrementAndGet();
            return List.of(resolved);
        })));

        assertThat(get(server, "a.example"))
                .startsWith("HTTP/1.1 403 ")
                .contains("connections to this destination are not allowed")
                .doesNotContain(address);
        assertThat(asked.get()).isEqualTo(1);
        assertThat(ForwardFixture.exchange(
                        server, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");

        String literal = address.indexOf(':') >= 0 ? '[' + address + ']' : address;
        assertThat(get(server, literal)).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1.", "localhost"})
    void otherWaysToWriteALoopbackAddressLeadNowhere(String host) throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer server = fixture.serve(
                ForwardProxy.builder().transport(fixture.transport(dev.sluice.proxy.connect.Resolver.system())));

        assertThat(get(server, host + ':' + origin.address().getPort())).containsPattern("^HTTP/1.1 (400|403|502) ");
        assertThat(origin.connections()).isZero();
    }

    @Test
    void aPermittedAddressIsReached() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer server = fixture.serve(ForwardProxy.builder()
                .transport(fixture.transport())
                .addresses(AddressRule.PUBLIC.or(AddressRule.within("127.0.0.1"))));

        assertThat(get(server, "a.example:" + origin.address().getPort())).endsWith("hello");
    }

    @Test
    void aDeniedAddressIsNotReachedByAName() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer server = fixture.serve(fixture.anywhere().deny("127.0.0.0/8"));

        assertThat(get(server, "a.example:" + origin.address().getPort())).startsWith("HTTP/1.1 403 ");
        assertThat(origin.connections()).isZero();
    }

    @Test
    void aNameThatChangesAfterItsCheckIsNotFollowed() throws Exception {
        InetAddress good = InetAddress.getByName("127.0.0.2");
        InetAddress inner = InetAddress.getByName("127.0.0.1");
        ScriptedOrigin secret = fixture.hello();
        int port = secret.address().getPort();
        assumeThat(canListenAt(good)).as("another loopback address").isTrue();
        fixture.start(ProxyServer.builder()
                .host(good)
                .port(port)
                .addRoute(Route.path("/**").to(request -> ProxyResponse.of(200, "good"))));
        ConcurrentLinkedQueue<InetAddress> answers = new ConcurrentLinkedQueue<>(List.of(good, inner, inner));
        ProxyServer server = fixture.serve(ForwardProxy.builder()
                .transport(fixture.transport(host -> List.of(answers.remove())))
                .addresses(AddressRule.within("127.0.0.2"))
                .anyConnectPort(true));

        assertThat(ForwardFixture.exchange(server, connect(port))).startsWith("HTTP/1.1 200 ");
        assertThat(ForwardFixture.exchange(server, connect(port))).startsWith("HTTP/1.1 403 ");
        assertThat(get(server, "a.example:" + port)).startsWith("HTTP/1.1 403 ");
        assertThat(secret.connections()).isZero();
        assertThat(answers).isEmpty();
    }

    @Test
    void onlyThePermittedAddressesAreTried() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        InetAddress here = InetAddress.getByName("127.0.0.1");
        ProxyServer server = fixture.serve(ForwardProxy.builder()
                .transport(fixture.transport(host -> List.of(InetAddress.getByName("169.254.169.254"), here)))
                .addresses(AddressRule.within("127.0.0.1")));

        assertThat(get(server, "a.example:" + origin.address().getPort())).endsWith("hello");
    }

    /** A CONNECT, and in its tunnel a request that ends the connection. */
    private static String connect(int port) {
        String authority = "a.example:" + port;
        return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n"
                + "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    private static boolean canListenAt(InetAddress address) {
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return probe.isBound();
        } catch (java.io.IOException unable) {
            return false;
        }
    }
}
