package dev.sluice.proxy.transport.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.Connector;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.RouteBuilder;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawClient;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.Need;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import dev.sluice.proxy.wire.ProxyProtocol;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which transport a configuration gets that names none. */
class StandardTransportTest {
    /** What only the direct transport writes so: the JDK's server changes the case of names. */
    private static final String TELLTALE = "x-oWn: 1";

    private static ProxyServer.Builder server(ScriptedOrigin origin, UnaryOperator<RouteBuilder> change) {
        return ProxyServer.builder()
                .route(change.apply(Route.any()).to(ReverseProxy.to(origin.uri().toString())));
    }

    private static ScriptedOrigin origin() throws Exception {
        return ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n" + TELLTALE + "\r\nContent-Length: 2\r\n\r\nok");
            connection.readAll();
        });
    }

    private static String answer(ProxyServer server) throws Exception {
        try (RawConnection client = RawClient.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nX-cLient: 1\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    @Test
    void aPlainConfigurationGetsTheJdk() throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server = server(origin, route -> route).build().start()) {
            assertThat(answer(server)).endsWith("ok").doesNotContain(TELLTALE);
            assertThat(origin.requests().get(0)).doesNotContain("X-cLient");
        }
    }

    @Test
    void aRouteThatAllowsUpgradesGetsTheDirectOneOnBothSides() throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server = server(origin, route -> route.allowUpgrade("websocket"))
                        .build()
                        .start()) {
            assertThat(answer(server)).endsWith("ok").contains(TELLTALE);
            assertThat(origin.requests().get(0)).contains("X-cLient: 1");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "HOST", mode = EnumSource.Mode.EXCLUDE)
    void whatARouteNeedsIsTakenIntoAccount(Capability capability) throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server =
                        server(origin, route -> route.needs(capability)).build().start()) {
            assertThat(answer(server)).contains(TELLTALE);
        }
    }

    @Test
    void aPreservedHostNeedsNoPropertyOfTheJvm() throws Exception {
        try (ScriptedOrigin origin = origin()) {
            ProxyHandler preserving = ReverseProxy.builder(
                            StandardTransport.shared().upstream("o", origin.uri()))
                    .preserveHost()
                    .build();
            try (ProxyServer server =
                    ProxyServer.builder().route("/**", preserving).build().start()) {
                assertThat(answer(server)).endsWith("ok");
                assertThat(origin.requests().get(0)).contains("Host: a.test\r\n");
            }
        }
    }

    @Test
    void anUpstreamGoesByTheVeryTransportThatTheServerWasGiven() throws Exception {
        DirectTransport own = DirectTransport.builder()
                .connector(Connector.builder()
                        .proxyProtocol(ProxyProtocol.Version.V1)
                        .build())
                .build();
        try (ScriptedOrigin origin = origin();
                own;
                ProxyServer server =
                        server(origin, route -> route).transport(own).build().start()) {
            assertThat(answer(server)).endsWith("ok");
            assertThat(origin.requests().get(0)).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 ");
        }
    }

    @Test
    void aTableOfRoutesThatNeedsMoreThanTheTransportHasIsRefusedWhileItRuns() throws Exception {
        try (ScriptedOrigin origin = origin();
                ProxyServer server = server(origin, route -> route).build().start()) {
            Routes chat =
                    Routes.of(Route.path("/chat").allowUpgrade("websocket").to(request -> ProxyResponse.of(200)));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.routes(chat))
                    .withMessage("transport is jdk, but route /chat needs tunnels");
            assertThat(answer(server)).endsWith("ok");
        }
    }

    @Test
    void aNamedTransportThatLacksWhatIsNeededIsRefused() {
        Route route = Route.path("/chat").allowUpgrade("websocket").to(request -> ProxyResponse.of(200));
        ProxyServer.Builder builder =
                ProxyServer.builder().transport(JdkTransport.shared()).route(route);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("transport is jdk, but route /chat needs tunnels");
    }

    @Test
    void aNeedOfAHandlerIsSeenThroughItsFilters() {
        ProxyHandler handler = new ProxyHandler() {
            @Override
            public ProxyResponse handle(dev.sluice.proxy.ProxyRequest request) {
                return ProxyResponse.of(200);
            }

            @Override
            public Set<Capability> needs() {
                return Set.of(Capability.TRAILERS);
            }
        };

        assertThat(Route.any()
                        .to(handler.with((request, next) -> next.handle(request)))
                        .needs())
                .containsExactly(Capability.TRAILERS);
    }

    @Test
    void whyTheDirectOneIsChosenIsSaidInWords() {
        List<Need> needs = List.of(new Need(Capability.TUNNEL, "route /chat"));

        assertThat(StandardTransport.choose(needs).name()).isEqualTo("direct");
        assertThat(StandardTransport.lackingOfJdk(needs)).hasToString("[route /chat needs tunnels]");
        assertThat(StandardTransport.choose(List.of()).name()).isEqualTo("jdk");
    }
}
