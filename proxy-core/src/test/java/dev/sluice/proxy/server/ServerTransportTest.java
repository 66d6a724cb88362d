package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which transport a server and its upstreams use. */
class ServerTransportTest {
    /**
     * Only the direct transport writes it like this. The JDK's classes change the case of field names, each in its own
     * way.
     */
    private static final String TELLTALE = "x-oWn: 1";

    private static final ProxyFilter PASSING = (request, next) -> next.handle(request);

    /** A transport whose connections to upstreams begin with a recognisable first line. */
    private final DirectTransport own = DirectTransport.builder()
            .connector(Connector.builder().proxyProtocol(ProxyProtocol.V1).build())
            .build();

    private ScriptedOrigin origin;

    @BeforeEach
    void startOrigin() throws Exception {
        origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n" + TELLTALE + "\r\nContent-Length: 2\r\n\r\nok");
            connection.readAll();
        });
    }

    @AfterEach
    void closeAll() throws Exception {
        own.close();
        origin.close();
    }

    private static String ask(ProxyServer server, String target) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET " + target + " HTTP/1.1\r\nHost: a.test\r\nX-cLient: 1\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    private String url() {
        return origin.uri().toString();
    }

    /** The ways to give a server a URL. */
    static Stream<Named<BiFunction<ProxyServer.Builder, String, ProxyServer.Builder>>> waysToNameAUrl() {
        return Stream.of(
                way("route(path, url)", (server, url) -> server.addRoute("/**", url)),
                way(
                        "Route.to(url)",
                        (server, url) -> server.addRoute(Route.any().to(url))),
                way("ReverseProxy.to(url)", (server, url) -> server.addRoute("/**", ReverseProxy.to(url))),
                way(
                        "ReverseProxy.builder(url)",
                        (server, url) ->
                                server.addRoute("/**", ReverseProxy.builder(url).build())),
                way(
                        "behind filters",
                        (server, url) -> server.addFilter(PASSING)
                                .addRoute(Route.any()
                                        .addFilter(PASSING)
                                        .to(ReverseProxy.to(url).with(PASSING)))),
                way(
                        "a table within a route",
                        (server, url) -> server.addRoute(
                                "/**", Routes.of(Route.path("/**").to(url)))));
    }

    private static Named<BiFunction<ProxyServer.Builder, String, ProxyServer.Builder>> way(
            String name, BiFunction<ProxyServer.Builder, String, ProxyServer.Builder> way) {
        return Named.of(name, way);
    }

    @ParameterizedTest
    @MethodSource("waysToNameAUrl")
    void aServerThatNamesNoTransportIsDirectOnBothSides(
            BiFunction<ProxyServer.Builder, String, ProxyServer.Builder> way) throws Exception {
        try (ProxyServer server =
                way.apply(ProxyServer.builder(), url()).build().start()) {
            assertThat(ask(server, "/")).endsWith("ok").contains(TELLTALE);
            assertThat(origin.requests().get(0))
                    .startsWith("GET / HTTP/1.1\r\n")
                    .contains("X-cLient: 1");
        }
    }

    @ParameterizedTest
    @MethodSource("waysToNameAUrl")
    void aUrlGoesOverTheTransportThatTheServerNames(BiFunction<ProxyServer.Builder, String, ProxyServer.Builder> way)
            throws Exception {
        try (ProxyServer server =
                way.apply(ProxyServer.builder().transport(own), url()).build().start()) {
            assertThat(ask(server, "/")).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 ");
        }
    }

    @ParameterizedTest
    @MethodSource("waysToNameAUrl")
    void theJdkTransportIsUsedOnBothSidesIfChosen(BiFunction<ProxyServer.Builder, String, ProxyServer.Builder> way)
            throws Exception {
        try (ProxyServer server = way.apply(ProxyServer.builder().transport(JdkTransport.shared()), url())
                .build()
                .start()) {
            assertThat(ask(server, "/")).endsWith("ok").doesNotContain(TELLTALE);
            assertThat(origin.requests().get(0)).doesNotContain("X-cLient");
        }
    }

    @ParameterizedTest
    @MethodSource("waysOfChangingRoutes")
    void aLaterTableUsesTheSameTransport(BiFunction<ProxyServer, Routes, Void> change) throws Exception {
        try (ProxyServer server = ProxyServer.builder().transport(own).build().start()) {
            change.apply(server, Routes.of(Route.any().to(url())));

            assertThat(ask(server, "/")).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY ");
        }
    }

    @ParameterizedTest
    @MethodSource("waysOfChangingRoutes")
    void aLaterTableThatNeedsMoreThanTheTransportHasIsRefused(BiFunction<ProxyServer, Routes, Void> change)
            throws Exception {
        Routes chat = Routes.of(Route.path("/chat").allowUpgrade("websocket").to(request -> ProxyResponse.of(200)));
        try (ProxyServer server = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .addRoute("/**", url())
                .build()
                .start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> change.apply(server, chat))
                    .withMessage("transport is jdk, but route /chat needs tunnels");
            assertThat(ask(server, "/")).endsWith("ok");
        }
    }

    static Stream<Named<BiFunction<ProxyServer, Routes, Void>>> waysOfChangingRoutes() {
        return Stream.of(
                Named.of("server.routes", (server, table) -> {
                    server.routes(table);
                    return null;
                }),
                Named.of("server.pipeline().routes", (server, table) -> {
                    server.pipeline().routes(table);
                    return null;
                }));
    }

    @Test
    void upstreamsThatTheServerOpenedAreClosedWithTheTableAndTheServer() {
        List<String> closed = new ArrayList<>();
        Transport counting = counting(closed);
        ProxyServer server = ProxyServer.builder()
                .transport(counting)
                .addRoute("/**", "http://first.test")
                .build();

        server.routes(Routes.of(Route.any().to("http://second.test")));
        assertThat(closed).containsExactly("http://first.test");

        server.close();
        assertThat(closed).containsExactly("http://first.test", "http://second.test");
    }

    @Test
    void upstreamsOfTheServersFiltersAreClosedWithTheServerAndNotWithATable() {
        List<String> closed = new ArrayList<>();
        ProxyServer server = ProxyServer.builder()
                .transport(counting(closed))
                .addFilter(Mirror.builder("http://mirror.test").build())
                .addRoute("/**", "http://first.test")
                .build();

        server.routes(Routes.of());
        assertThat(closed).containsExactly("http://first.test");

        server.close();
        assertThat(closed).containsExactly("http://first.test", "http://mirror.test");
    }

    @Test
    void upstreamsOfFiltersAreClosedIfTheServerCannotBeBuilt() {
        List<String> closed = new ArrayList<>();
        Transport counting = counting(closed);
        when(counting.listenerCapabilities()).thenReturn(Set.of());
        ProxyServer.Builder server = ProxyServer.builder()
                .transport(counting)
                .addFilter(Mirror.builder("http://mirror.test").build())
                .addRoute(Route.any().needs(Capability.TUNNEL).to("http://first.test"));

        assertThatThrownBy(server::build).isInstanceOf(IllegalArgumentException.class);
        assertThat(closed).containsExactly("http://mirror.test");
    }

    /** A transport that writes down which of its upstreams were closed. */
    private Transport counting(List<String> closed) {
        Transport counting = mock(Transport.class);
        when(counting.listenerCapabilities()).thenReturn(own.listenerCapabilities());
        when(counting.upstreamCapabilities()).thenReturn(own.upstreamCapabilities());
        when(counting.upstream(any(), any(), any())).thenCallRealMethod();
        when(counting.upstream(any(), any())).thenAnswer(call -> new Upstream() {
            @Override
            public String id() {
                return call.getArgument(0);
            }

            @Override
            public ProxyResponse send(ProxyRequest request) {
                return ProxyResponse.of(200);
            }

            @Override
            public void close() {
                closed.add(id());
            }
        });
        return counting;
    }

    /** Otherwise a request would take a route whose upstream is already closed. */
    @Test
    void aTableIsInEffectBeforeUpstreamsOfThePreviousOneAreClosed() {
        AtomicReference<Pipeline> pipeline = new AtomicReference<>();
        List<String> inEffect = new ArrayList<>();
        Transport watching = mock(Transport.class);
        when(watching.listenerCapabilities()).thenReturn(own.listenerCapabilities());
        when(watching.upstreamCapabilities()).thenReturn(own.upstreamCapabilities());
        when(watching.upstream(any(), any(), any())).thenCallRealMethod();
        when(watching.upstream(any(), any())).thenAnswer(call -> {
            Upstream upstream = mock(Upstream.class);
            doAnswer(closing ->
                            inEffect.add(pipeline.get().routes().routes().get(0).name()))
                    .when(upstream)
                    .close();
            return upstream;
        });
        ProxyServer server = ProxyServer.builder()
                .transport(watching)
                .addRoute(Route.any().name("first").to("http://first.test"))
                .build();
        pipeline.set(server.pipeline());

        server.routes(Routes.of(Route.any().name("second").to("http://second.test")));
        assertThat(inEffect).containsExactly("second");
        server.close();
    }

    @Test
    void oneProxyInTwoServersUsesTheTransportOfEach() throws Exception {
        ReverseProxy proxy = ReverseProxy.to(url());
        try (ProxyServer first =
                        ProxyServer.builder().addRoute("/**", proxy).build().start();
                ProxyServer second = ProxyServer.builder()
                        .transport(own)
                        .addRoute("/**", proxy)
                        .build()
                        .start()) {
            ask(second, "/second");
            ask(first, "/first");

            assertThat(origin.requests().get(0)).startsWith("PROXY ").contains("GET /second ");
            assertThat(origin.requests().get(1)).startsWith("GET /first ");
        }
    }

    @Test
    void anUpstreamOfATransportStaysWithIt() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .addRoute("/**", own.upstream("o", origin.uri()))
                .build()
                .start()) {
            assertThat(ask(server, "/")).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY ");
        }
    }

    @Test
    void aForwardProxyConnectsByTheServersDirectTransport() throws Exception {
        ForwardProxy proxy =
                ForwardProxy.builder().addresses(AddressRule.ANY).anyPort(true).build();
        try (ProxyServer server =
                ProxyServer.builder().transport(own).forward(proxy).build().start()) {
            assertThat(ask(server, url() + "/")).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY ");
        }
    }

    @Test
    void aForwardProxyStaysWithTheTransportThatItWasGiven() throws Exception {
        ForwardProxy proxy = ForwardProxy.builder()
                .addresses(AddressRule.ANY)
                .anyPort(true)
                .transport(own)
                .build();
        try (ProxyServer server = ProxyServer.builder()
                .transport(DirectTransport.shared())
                .forward(proxy)
                .build()
                .start()) {
            assertThat(ask(server, url() + "/")).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY ");
        }
    }

    @Test
    void theJdkTransportIsRefusedIfItLacksANeededAbility() {
        ProxyServer.Builder upgrade = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .addRoute(Route.path("/chat").allowUpgrade("websocket").to("http://127.0.0.1:1"));
        ProxyServer.Builder forward = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .forward(ForwardProxy.builder().build());
        ProxyServer.Builder byName =
                ProxyServer.builder().transport(JdkTransport.shared()).tls(name -> null);
        ProxyServer.Builder name =
                ProxyServer.builder().transport(JdkTransport.shared()).addRoute("/api/**", "http://under_score.test:1");

        assertThatIllegalArgumentException()
                .isThrownBy(upgrade::build)
                .withMessage("transport is jdk, but route /chat needs tunnels");
        assertThatIllegalArgumentException()
                .isThrownBy(forward::build)
                .withMessage("transport is jdk, but the forward proxy needs tunnels");
        assertThatIllegalArgumentException()
                .isThrownBy(byName::build)
                .withMessage(
                        "transport is jdk, but tls(ServerTls) needs TLS settings for each connection, by server name or from"
                                + " files");
        assertThatIllegalArgumentException()
                .isThrownBy(name::build)
                .withMessageStartingWith("route /api/**: ")
                .withMessageContaining("under_score.test");
    }

    @ParameterizedTest
    @EnumSource(names = "HOST", mode = EnumSource.Mode.EXCLUDE)
    void theDirectTransportHasEverythingThatARouteMayNeed(Capability capability) throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .addRoute(Route.any().needs(capability).to(url()))
                .build()
                .start()) {
            assertThat(ask(server, "/")).endsWith("ok");
        }
    }

    @Test
    void aNeedOfAHandlerIsSeenThroughItsFilters() {
        ProxyHandler handler = new ProxyHandler() {
            @Override
            public ProxyResponse handle(ProxyRequest request) {
                return ProxyResponse.of(200);
            }

            @Override
            public Set<Capability> needs() {
                return Set.of(Capability.TRAILERS);
            }
        };

        assertThat(Route.any().to(handler.with(PASSING)).needs()).containsExactly(Capability.TRAILERS);
    }

    /** Without the header rules a client could forge fields that the origin trusts. */
    @ParameterizedTest
    @MethodSource("upstreams")
    void anUpstreamIsNotAHandler(BiFunction<DirectTransport, ScriptedOrigin, Upstream> opener) throws Exception {
        Upstream upstream = opener.apply(own, origin);
        RecordingListener listener = new RecordingListener();
        try (ProxyServer server = ProxyServer.builder()
                .addRoute("/**", upstream::send)
                .addListener(listener)
                .build()
                .start()) {
            assertThat(ask(server, url() + "/")).startsWith("HTTP/1.1 500 ").doesNotContain("shop");
            ProxyException failure = listener.awaitEnded(1).get(0).failure();
            assertThat(failure)
                    .hasMessageContainingAll("shop", "write addRoute(pattern, upstream)", "instead of upstream::send");
            assertThat(failure.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(origin.requests()).isEmpty();
        }
    }

    static Stream<Named<BiFunction<DirectTransport, ScriptedOrigin, Upstream>>> upstreams() {
        return Stream.of(
                Named.of("direct", (direct, origin) -> direct.upstream("shop", origin.uri())),
                Named.of("jdk", (direct, origin) -> JdkTransport.shared().upstream("shop", origin.uri())),
                Named.of("anywhere", (direct, origin) -> direct.anywhere("shop", AddressRule.ANY)),
                Named.of(
                        "with a filter",
                        (direct, origin) ->
                                direct.upstream("shop", origin.uri()).with(PASSING)));
    }
}
