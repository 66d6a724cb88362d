package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** What the examples of {@code http2.md} do. */
final class Http2Examples {
    private Http2Examples() {}

    static void aClientBeginsWithIt(Example example) throws Exception {
        assertThat(answer(example.run().started(), "/a")).contains("http://pool GET /a");
    }

    static void theMembersAreAskedOverIt(Example example) throws Exception {
        speaking(example, "http://10.0.0.1:8080");
        speaking(example, "http://10.0.0.2:8080");
        UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
        ExampleClient client = example.behind(Routes.of(Route.any().to(pool)));
        assertThat(client.body("/a")).isEqualTo("HTTP/2.0 /a");
    }

    static void aCallPasses(Example example) throws Exception {
        speaking(example, "http://127.0.0.1:9090");
        assertThat(answer(example.run().started(), "/shop.Shop/Buy")).contains("HTTP/2.0 /shop.Shop/Buy");
    }

    static void theStatusOfACallIsCounted(Example example) throws Exception {
        ProxyHandler shop = request -> switch (request.target().path()) {
            case "/shop.Shop/Buy" ->
                ProxyResponse.builder(200)
                        .body(Body.of(new ByteArrayInputStream(new byte[1]), -1, () -> Headers.of("grpc-status", "0")))
                        .build();
            case "/shop.Shop/Sell" ->
                ProxyResponse.builder(200).header("grpc-status", "12").build();
            default -> ProxyResponse.of(404);
        };
        example.give(
                "pool",
                UpstreamPool.builder()
                        .addMember(Member.of(Upstream.of("shop", shop)))
                        .build());
        ProxyServer proxy = example.closing(ProxyServer.builder()
                .addRoute(example.run().value("shop", Route.class))
                .build()
                .start());
        ExampleClient client = new ExampleClient(proxy.address());
        client.get("/shop.Shop/Buy");
        client.get("/shop.Shop/Sell");
        client.get("/shop.Shop/Sell");
        client.get("/shop.Shop/Lend");
        // Exchanges end after their last byte.
        proxy.close();
        assertThat(example.value("calls", Object.class))
                .isEqualTo(Map.of("/shop.Shop/Buy 0", 1, "/shop.Shop/Sell 12", 2, "/shop.Shop/Lend none", 1));
    }

    /** A server that knows HTTP/2 takes the place of the one with this URL, and answers with the version. */
    private static void speaking(Example example, String url) {
        DirectTransport transport = example.closing(DirectTransport.builder()
                .http2(Http2.builder().priorKnowledge(true).build())
                .build());
        ProxyServer server = example.closing(ProxyServer.builder()
                .transport(transport)
                .addRoute("/**", request -> ProxyResponse.of(200, request.version() + " " + request.target()))
                .build()
                .start());
        example.replace(example.origin(url).url(), server.uri().toString());
    }

    /** The frames that answer a GET, up to one with its path. */
    private static String answer(ExampleClient client, String path) throws IOException {
        try (RawConnection connection = client.connect()) {
            // The preface, empty SETTINGS, and a GET at a.test with names of the static table (RFC 7541 appendix A).
            String fields = "\u0082\u0086" + "\4" + (char) path.length() + path + "\1\6a.test";
            connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0" + "\0\0" + (char) fields.length()
                    + "\1\5\0\0\0\1" + fields);
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf(path) < 0) {
                String head = connection.readExactly(9);
                seen.append(connection.readExactly(256 * head.charAt(1) + head.charAt(2)));
            }
            return seen.toString();
        }
    }
}
