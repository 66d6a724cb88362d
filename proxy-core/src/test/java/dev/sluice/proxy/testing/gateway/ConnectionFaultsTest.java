package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.testing.gateway.Seen.End;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with connections before a request, and what clients see of it. */
@Timeout(60)
class ConnectionFaultsTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static FakeGateway started() {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers("hello");
        return gateway;
    }

    private static Fault fault(String name) throws ReflectiveOperationException {
        return (Fault) Fault.class.getField(name).get(null);
    }

    private static String body(FakeGateway gateway) throws Exception {
        return Seen.body(gateway, gateway.uri());
    }

    private static URI https(String host, FakeGateway gateway) {
        return URI.create("https://" + host + ":" + gateway.address().getPort());
    }

    /** How an attempt of our own transport ends, which finds every name at the gateway. */
    private static @Nullable Outcome direct(FakeGateway gateway, URI uri, Fault fault) throws Exception {
        boolean silent = fault == Fault.SILENT;
        Connector connector = Connector.builder()
                .resolver(host -> List.of(InetAddress.getLoopbackAddress()))
                .handshakeTimeout(Duration.ofMillis(silent ? 200 : 10_000))
                .build();
        try (DirectTransport transport =
                DirectTransport.builder().connector(connector).build()) {
            return Seen.outcome(
                    transport.upstream("direct", uri, Seen.tls(gateway, uri)),
                    TimeSource.system(),
                    silent ? Seen.HASTY_FOR_HEAD : Timeouts.DEFAULT);
        }
    }

    private static @Nullable Outcome jdk(FakeGateway gateway, URI uri, Fault fault) throws Exception {
        boolean silent = fault == Fault.SILENT;
        JdkTransport.Builder builder = JdkTransport.builder();
        if (silent) {
            builder.connectTimeout(Duration.ofMillis(200));
        }
        try (JdkTransport transport = builder.build()) {
            return Seen.outcome(
                    transport.upstream("jdk", uri, Seen.tls(gateway, uri)),
                    TimeSource.system(),
                    silent && uri.getScheme().equals("http") ? Seen.HASTY_FOR_HEAD : Timeouts.DEFAULT);
        }
    }

    private static @Nullable Outcome memory(FakeGateway gateway) throws Exception {
        SimulatedTime time = new SimulatedTime();
        return time.run(() -> Seen.outcome(gateway.upstream("a"), time, Timeouts.DEFAULT));
    }

    @ParameterizedTest
    @CsvSource({"RESET, RESET", "CLOSE, FIN", "SILENT,", "GARBAGE, FIN"})
    void aRawClientSeesWhatFailsAtOnce(String name, @Nullable End end) throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connection(2).fails(fault(name));
            assertThat(body(gateway)).isEqualTo("hello");
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                if (end == End.RESET) {
                    raw.write("G");
                }
                String bytes = name.equals("GARBAGE") ? "\0\1\2 this is no HTTP \3\r\n\r\n" : "";
                assertThat(raw.readExactly(bytes.length())).isEqualTo(bytes);
                if (end == null) {
                    raw.write(REQUEST);
                    Seen.end(gateway);
                    Seen.end(raw);
                } else {
                    assertThat(Seen.end(raw)).isEqualTo(end);
                }
            }
            assertThat(gateway.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RESET, header parser received no bytes",
        "CLOSE, header parser received no bytes",
        "GARBAGE, Invalid status line"
    })
    void theJdksClientSaysWhatFailsAtOnce(String name, String message) throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connections().fails(fault(name));
            assertThatThrownBy(() -> body(gateway))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(message);
            assertThatThrownBy(() -> Seen.body(gateway, gateway.httpsUri())).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET", "CLOSE", "SILENT", "GARBAGE"})
    void everyTransportReportsWhatFailsAtOnce(String name) throws Exception {
        Fault fault = fault(name);
        try (FakeGateway gateway = started()) {
            gateway.connections().fails(fault);
            assertThat(direct(gateway, gateway.uri(), fault)).isEqualTo(fault.outcome());
            assertThat(jdk(gateway, gateway.uri(), fault)).isEqualTo(fault.outcome());
            assertThat(memory(gateway)).isEqualTo(fault.outcome());
            assertThat(direct(gateway, gateway.httpsUri(), fault)).isEqualTo(fault.outcomeInHandshake());
            assertThat(jdk(gateway, gateway.httpsUri(), fault)).isEqualTo(fault.outcomeInHandshake());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RESET", "CLOSE", "SILENT", "GARBAGE", "EXPIRED_CERTIFICATE", "WRONG_NAME", "NO_SHARED_VERSION"})
    void everyTransportReportsWhatFailsInTheHandshake(String name) throws Exception {
        Fault fault = fault(name);
        try (FakeGateway gateway = started()) {
            gateway.serverName("a.test").fails(fault);
            gateway.serverName("localhost").fails(fault);
            assertThat(direct(gateway, https("a.test", gateway), fault)).isEqualTo(fault.outcomeInHandshake());
            assertThat(jdk(gateway, https("localhost", gateway), fault)).isEqualTo(fault.outcomeInHandshake());
            assertThat(memory(gateway)).isEqualTo(fault.outcomeInHandshake());
            assertThat(gateway.received()).isEmpty();
            assertThat(direct(gateway, https("b.test", gateway), Fault.CLOSE)).isEqualTo(Outcome.COMPLETED);
            assertThat(gateway.next().serverName()).isEqualTo("b.test");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRED_CERTIFICATE, NotAfter",
        "WRONG_NAME, No subject alternative",
        "NO_SHARED_VERSION, protocol_version"
    })
    void theJdksClientSaysWhatFailsInTheHandshake(String name, String message) throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connection(1).fails(fault(name));
            gateway.serverName("localhost").fails(fault(name));
            assertThatThrownBy(() -> Seen.body(gateway, gateway.httpsUri()))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining(message);
            assertThatThrownBy(() -> Seen.body(gateway, https("localhost", gateway)))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining(
                            name.equals("WRONG_NAME") ? "No subject alternative DNS name matching localhost" : message);
            gateway.serverName("localhost").recover();
            assertThat(Seen.body(gateway, https("localhost", gateway))).isEqualTo("hello");
        }
    }

    @Test
    void aCertificateIsIssuedForTheNameThatTheClientAsksFor() throws Exception {
        try (FakeGateway gateway = started()) {
            for (String host : new String[] {"a.test", "b.example", "localhost", "127.0.0.1"}) {
                assertThat(direct(gateway, https(host, gateway), Fault.CLOSE))
                        .as(host)
                        .isEqualTo(Outcome.COMPLETED);
            }
        }
    }

    @Test
    void theNextConnectionsFailOneAfterAnotherAndThenAllWork() throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connections().fails(2, Fault.GARBAGE).thenFails(1, Fault.CLOSE);
            assertThat(direct(gateway, gateway.uri(), Fault.GARBAGE)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(direct(gateway, gateway.uri(), Fault.GARBAGE)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(direct(gateway, gateway.uri(), Fault.CLOSE)).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(body(gateway)).isEqualTo("hello");
            assertThat(gateway.next().connection()).isEqualTo(4);
        }
    }

    @Test
    void severalConnectionsFromANumberOnFail() throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connection(2).fails(2, Fault.GARBAGE).thenFails(1, Fault.GARBAGE);
            assertThat(body(gateway)).isEqualTo("hello");
            for (int i = 2; i <= 4; i++) {
                assertThatThrownBy(() -> body(gateway)).hasMessageContaining("Invalid status line");
            }
            assertThat(body(gateway)).isEqualTo("hello");
        }
    }

    @Test
    void allFailUntilTheyWork() throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connections().fails(Fault.GARBAGE);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> body(gateway)).hasMessageContaining("Invalid status line");
            }
            gateway.connections().recover();
            assertThat(body(gateway)).isEqualTo("hello");
        }
    }

    @Test
    void aNumberGoesBeforeAllAndAllBeforeAName() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").answers("hello");
            gateway.serverName("A.test.").fails(Fault.WRONG_NAME);
            gateway.connections().fails(1, Fault.GARBAGE);
            gateway.connection(1).fails(Fault.REFUSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.TLS_FAILED);
            gateway.serverName("a.test").recover();
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
            assertThat(gateway.next().connection()).isEqualTo(4);
        }
    }

    @Test
    void whatIsSaidAgainCountsInsteadAndWhatIsTakenBackDoesNotHappen() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").answers("hello");
            ConnectionFaults first = gateway.connection(1);
            first.fails(3, Fault.CLOSE);
            first.fails(1, Fault.GARBAGE);
            assertThat(memory(gateway)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
            gateway.connection(3).fails(Fault.CLOSE);
            gateway.connection(3).recover();
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
            gateway.connections().fails(Fault.CLOSE);
            gateway.connections().fails(1, Fault.GARBAGE);
            assertThat(memory(gateway)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void aFaultThatIsRefusedLeavesTheOneBefore() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").answers("hello");
            ConnectionFaults first = gateway.connection(1);
            first.fails(2, Fault.CLOSE);
            assertThatThrownBy(() -> first.fails(Fault.STALE)).isInstanceOf(IllegalArgumentException.class);
            assertThat(memory(gateway)).isEqualTo(Outcome.HEAD_FAILED);
            assertThatThrownBy(() -> first.fails(1, Fault.CLOSE)).hasMessageContaining("has come already");
            assertThat(memory(gateway)).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
            gateway.connections().fails(1, Fault.GARBAGE);
            assertThatThrownBy(() -> gateway.connections().fails(Fault.STALE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(memory(gateway)).isEqualTo(Outcome.BAD_RESPONSE);
        }
    }

    @Test
    void aFaultMayHappenAsOftenAsANumberCanSay() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").fails(Integer.MAX_VALUE, Fault.CLOSE).then("hello");
            assertThat(memory(gateway)).isEqualTo(Outcome.HEAD_FAILED);
            gateway.connections().fails(Integer.MAX_VALUE, Fault.GARBAGE).thenFails(1, Fault.CLOSE);
            gateway.connection(3).fails(Integer.MAX_VALUE, Fault.REFUSE).thenFails(1, Fault.CLOSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            gateway.connection(6).fails(1, Fault.RESET);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
        }
    }

    @Test
    void refusingIsAsIfNobodyListened() throws Exception {
        try (FakeGateway gateway = started()) {
            assertThat(body(gateway)).isEqualTo("hello");
            gateway.refuse();
            gateway.refuse();
            assertThatThrownBy(() -> body(gateway)).isInstanceOf(ConnectException.class);
            assertThat(direct(gateway, gateway.uri(), Fault.REFUSE)).isEqualTo(Fault.REFUSE.outcome());
            assertThat(jdk(gateway, gateway.uri(), Fault.REFUSE)).isEqualTo(Fault.REFUSE.outcome());
            assertThat(memory(gateway)).isEqualTo(Fault.REFUSE.outcome());
            int port = gateway.address().getPort();
            assertThatThrownBy(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()))
                    .isInstanceOf(BindException.class);
            gateway.listen();
            gateway.listen();
            assertThat(gateway.address().getPort()).isEqualTo(port);
            assertThat(body(gateway)).isEqualTo("hello");
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void refusingEndsATunnelThatHasNoRequest() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection tunnel = RawConnection.connect(gateway.address())) {
            gateway.on("CONNECT a.test:80").answers(200);
            tunnel.write("CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n");
            tunnel.readHead();
            gateway.refuse();
            assertThat(Seen.end(tunnel)).isEqualTo(End.FIN);
        }
    }

    @Test
    void refusingEndsConnectionsThatHaveNoRequestAtOnceAndOthersBehindTheirAnswer() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection idle = RawConnection.connect(gateway.address())) {
            gateway.on("GET /down").answersBy(request -> {
                gateway.refuse();
                return Answer.ok("last");
            });
            idle.write(REQUEST);
            assertThat(idle.readHead()).contains("200");
            assertThat(idle.readExactly(5)).isEqualTo("hello");
            try (RawConnection busy = RawConnection.connect(gateway.address())) {
                busy.write("GET /down HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(busy.readHead()).contains("200");
                assertThat(busy.readExactly(4)).isEqualTo("last");
                assertThat(Seen.end(busy)).isEqualTo(End.FIN);
            }
            assertThat(Seen.end(idle)).isEqualTo(End.FIN);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortStaysTheGatewaysWhetherTheSystemLetsTwoSocketsHaveItOrNot(boolean shared) throws Exception {
        LoopbackPort port = new LoopbackPort(shared);
        try {
            int number = port.address().getPort();
            for (int i = 0; i < 2; i++) {
                assertThat(port.refuse(() -> {})).isTrue();
                assertThat(port.refuse(() -> {})).isFalse();
                assertThatThrownBy(() -> RawConnection.connect(port.address())).isInstanceOf(ConnectException.class);
                assertThatThrownBy(() -> new ServerSocket(number, 1, InetAddress.getLoopbackAddress()))
                        .isInstanceOf(BindException.class);
                assertThat(port.listen()).isTrue();
                assertThat(port.listen()).isFalse();
                RawConnection.connect(port.address()).close();
            }
            port.refuse(() -> {});
        } finally {
            port.close();
        }
        assertThat(port.refuse(() -> {})).isFalse();
        assertThat(port.listen()).isFalse();
        new ServerSocket(port.address().getPort(), 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void anotherObjectForANumberKnowsWhatWasSaidOfIt() throws Exception {
        try (FakeGateway gateway = started()) {
            gateway.connection(1).fails(3, Fault.CLOSE);
            gateway.connection(1).recover();
            gateway.connection(1).fails(2, Fault.GARBAGE);
            gateway.connection(1).thenFails(1, Fault.CLOSE);
            assertThat(direct(gateway, gateway.uri(), Fault.GARBAGE)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(direct(gateway, gateway.uri(), Fault.GARBAGE)).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(direct(gateway, gateway.uri(), Fault.CLOSE)).isEqualTo(Outcome.HEAD_FAILED);
            assertThat(body(gateway)).isEqualTo("hello");
        }
    }

    @Test
    void ofTwoThatBeginAtOnePortAtOnceAtMostOneHasIt() throws Exception {
        int number;
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            number = any.getLocalPort();
        }
        int opened = 0;
        for (int i = 0; i < 100; i++) {
            CyclicBarrier together = new CyclicBarrier(2);
            List<LoopbackPort> open = new CopyOnWriteArrayList<>();
            Callable<Void> opening = () -> {
                together.await();
                try {
                    open.add(LoopbackPort.open(number));
                } catch (BindException taken) {
                    // By the other one, or by somebody else on this machine.
                }
                return null;
            };
            FutureTask<Void> other = new FutureTask<>(opening);
            new Thread(other).start();
            opening.call();
            other.get();
            assertThat(open).hasSizeLessThanOrEqualTo(1);
            open.forEach(LoopbackPort::close);
            opened += open.size();
        }
        assertThat(opened).isPositive();
    }

    /** Fails once if it is told to. */
    private static final class Unlucky extends LoopbackPort {
        private boolean fails;

        Unlucky(boolean shared) throws IOException {
            super(shared);
        }

        private void failOnce() throws IOException {
            if (fails) {
                fails = false;
                throw new BindException("another process has it");
            }
        }

        @Override
        Socket held(InetSocketAddress address) throws IOException {
            failOnce();
            return super.held(address);
        }

        @Override
        ServerSocket listening(boolean beside, InetSocketAddress address) throws IOException {
            failOnce();
            return super.listening(beside, address);
        }
    }

    private static boolean accepts(GatewayPort port) throws IOException {
        try {
            RawConnection.connect(port.address()).close();
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortThatCannotBeKeptOrTakenBackCanBeTriedAgain(boolean shared) throws Exception {
        Unlucky place = new Unlucky(shared);
        StubServer stubServer = new StubServer(true);
        try (GatewayPort port = new GatewayPort(
                place,
                stubServer,
                new GatewayPort.Options(TimeSource.system(), 0, TlsSettings.ClientCertificate.NONE))) {
            for (boolean again : new boolean[] {true, false}) {
                place.fails = true;
                String state = shared ? "the gateway still listens" : "nobody listens there until listen()";
                assertThatThrownBy(port::refuse)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessage("cannot keep the port " + port.address() + ", " + state
                                + ": java.net.BindException: another process has it");
                assertThat(stubServer.connections.refusing()).isFalse();
                assertThat(accepts(port)).isEqualTo(shared);
                if (again) {
                    port.refuse();
                    assertThat(accepts(port)).isFalse();
                }
                port.listen();
                assertThat(accepts(port)).isTrue();
            }
            port.refuse();
            for (boolean again : new boolean[] {true, false}) {
                place.fails = true;
                assertThatThrownBy(port::listen)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessage("cannot listen at " + port.address() + " again, and still refuses:"
                                + " java.net.BindException: another process has it");
                assertThat(stubServer.connections.refusing()).isTrue();
                assertThat(accepts(port)).isFalse();
                if (again) {
                    port.refuse();
                    assertThat(accepts(port)).isFalse();
                }
            }
            port.listen();
            assertThat(accepts(port)).isTrue();
        }
    }

    @Test
    void resetAndTheEndOfAScopeBringConnectionsBack() throws Exception {
        try (FakeGateway gateway = started()) {
            try (FakeGateway.Scope scope = gateway.scope()) {
                assertThat(scope).isNotNull();
                gateway.connections().fails(Fault.GARBAGE);
                gateway.connection(50).fails(Fault.CLOSE);
                gateway.serverName("localhost").fails(Fault.WRONG_NAME);
                gateway.refuse();
            }
            assertThat(body(gateway)).isEqualTo("hello");
            assertThat(Seen.body(gateway, https("localhost", gateway))).isEqualTo("hello");
            gateway.connections().fails(Fault.GARBAGE);
            gateway.refuse();
            gateway.reset();
            gateway.on("GET /").answers("again");
            assertThat(body(gateway)).isEqualTo("again");
        }
    }

    @Test
    void aFaultOfTlsForOneConnectionThatComesWithoutItFailsTheTest() throws Exception {
        FakeGateway gateway = started();
        gateway.connection(1).fails(Fault.WRONG_NAME);
        gateway.connections().fails(Fault.WRONG_NAME);
        assertThat(body(gateway)).isEqualTo("hello");
        assertThat(body(gateway)).isEqualTo("hello");
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("connection 1 was told to fail with WRONG_NAME, but came without TLS\n");
    }

    @Test
    void aFaultThatCannotBeThereIsRefusedWhenItIsGiven() throws Exception {
        try (FakeGateway gateway = started()) {
            assertThatThrownBy(() -> gateway.connection(3).fails(Fault.STALE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("connection 3 cannot fail with STALE, which needs an answer: give it to a stub");
            assertThatThrownBy(() -> gateway.connections().fails(Fault.RESET.inBody(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("connections cannot fail with RESET after 3 bytes of the body, which needs an answer:"
                            + " give it to a stub");
            assertThatThrownBy(() -> gateway.serverName("a.test").fails(Fault.REFUSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("connections to a.test cannot fail with REFUSE");
            assertThatThrownBy(() -> gateway.connection(1).fails(Fault.REFUSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("connection 1 cannot fail with REFUSE, as a gateway with a socket does not see whom it"
                            + " refuses: use refuse() and listen()");
            assertThatThrownBy(() -> Answer.ok().with(Fault.REFUSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("REFUSE comes before any request: give it to a connection, or call refuse() if the"
                            + " gateway has a socket");
            assertThatThrownBy(() -> Answer.ok().with(Fault.WRONG_NAME))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("WRONG_NAME comes before any request: give it to a connection");
            assertThatThrownBy(() -> gateway.connection(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("number")
                    .hasMessageContaining("0");
            assertThatThrownBy(() -> gateway.connections().fails(0, Fault.CLOSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("times")
                    .hasMessageContaining("0");
            assertThatThrownBy(() -> gateway.connections().fails(Fault.CLOSE).thenFails(1, Fault.RESET))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("what was said before goes on without an end");
            gateway.connections().recover();
            assertThat(body(gateway)).isEqualTo("hello");
            assertThatThrownBy(() -> gateway.connection(1).fails(Fault.CLOSE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("connection 1 has come already: the next one is 2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "", "."})
    void anAddressIsNoServerName(String name) {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            assertThatThrownBy(() -> gateway.serverName(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("serverName must be the name of a host, in ASCII, and no address: \"" + name + "\"");
        }
    }

    @Test
    void withoutASocketAnAttemptIsRefusedAsOftenAsTheTestSays() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").answers("hello");
            gateway.connections().fails(2, Fault.REFUSE);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(memory(gateway)).isEqualTo(Outcome.COMPLETED);
            gateway.verify(1, "GET /");
        }
    }

    @Test
    void withoutASocketAttemptsShareTheTimeForTheHeadWhileTheyWait() throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").fails(1, Fault.CLOSE).then(Answer.ok().delay(Duration.ofSeconds(29)));
            Upstream upstream = gateway.upstream("a");
            SimulatedTime time = new SimulatedTime();
            time.run(() -> {
                Exchange exchange = TestExchange.begin(time);
                exchange.put(HeadTime.class, new HeadTime(Timeouts.DEFAULT.head()));
                ProxyRequest request = TestExchange.request(exchange, "GET", "/");
                assertThatThrownBy(() -> upstream.send(request)).isInstanceOf(ProxyException.class);
                time.advance(Duration.ofSeconds(20));
                assertThat(upstream.send(request).status()).isEqualTo(200);
                return exchange;
            });
        }
    }
}
