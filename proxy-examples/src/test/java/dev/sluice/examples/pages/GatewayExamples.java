package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the examples of {@code gateway.md} do. */
final class GatewayExamples {
    private static final Pattern ID = Pattern.compile("\r\nX-Request-Id: ([0-9a-f]{32})\r\n");

    private GatewayExamples() {}

    static void eachRequestHasAnId(Example example) throws Exception {
        ExampleClient client = example.run().started();
        Matcher told = ID.matcher(client.get("/", "X-Request-Id: mine"));
        assertThat(told.find()).isTrue();
        assertThat(example.origin("http://pool").heads().get(0)).contains("X-Request-Id: " + told.group(1));
        assertThat(client.send("no method", "/")).startsWith("HTTP/1.1 400 ").containsPattern(ID);
    }

    static void eachResponseHasTheFields(Example example) throws Exception {
        assertThat(example.run().started().get("/"))
                .contains("\r\nContent-Security-Policy: default-src 'self'\r\n")
                .contains("\r\nX-Content-Type-Options: nosniff\r\n");
    }

    static void theSiteMayRead(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.send("OPTIONS", "/", "Origin: https://app.example", "Access-Control-Request-Method: PUT"))
                .startsWith("HTTP/1.1 204 ")
                .contains("\r\nAccess-Control-Allow-Methods: PUT, DELETE\r\n");
        assertThat(client.get("/", "Origin: https://a.shop.example"))
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\nAccess-Control-Allow-Origin: https://a.shop.example\r\n");
        assertThat(client.get("/", "Origin: https://other.example"))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("Access-Control");
    }

    static void clientsAreSentElsewhere(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/old/a?b")).startsWith("HTTP/1.1 308 ").contains("\r\nLocation: /new/a?b\r\n");
        assertThat(client.get("/user/7")).startsWith("HTTP/1.1 307 ").contains("\r\nLocation: /people?id=7\r\n");
        assertThat(client.get("/a", "Host: www.shop.example"))
                .startsWith("HTTP/1.1 301 ")
                .contains("\r\nLocation: https://shop.example/a\r\n");
        assertThat(client.get("/a")).startsWith("HTTP/1.1 200 ");
    }

    static void theAnswerIsFixed(Example example) throws Exception {
        ExampleClient client = example.behind(example.run().value("routes", Routes.class));
        assertThat(client.get("/robots.txt")).contains("\r\nETag: ").endsWith("User-agent: *\nDisallow: /\n");
        assertThat(client.get("/v1/a")).startsWith("HTTP/1.1 410 ").endsWith("{\"error\": \"use /v2\"}");
        assertThat(client.get("/a")).startsWith("HTTP/1.1 200 ");
    }

    static void theSwitchIsOn(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/")).startsWith("HTTP/1.1 503 ").containsPattern("\r\nRetry-After: 1[78]\\d\\d\r\n");
        assertThat(client.get("/health")).startsWith("HTTP/1.1 200 ");
        example.value("maintenance", Maintenance.class).off();
        assertThat(client.get("/")).startsWith("HTTP/1.1 200 ");
    }

    static void aCopyGoesToTheOtherServer(Example example) throws Exception {
        ProxyServer server = example.run().value("server", ProxyServer.class);
        example.value("mirror", Mirror.class).share(1);
        assertThat(example.started().get("/a")).startsWith("HTTP/1.1 200 ").endsWith("http://pool GET /a");
        assertThat(copy(example, server)).startsWith("GET /a ");
    }

    static void aSessionIsCopiedOrNot(Example example) throws Exception {
        Route route = example.run().value("shop", Route.class);
        Mirror mirror = example.value("mirror", Mirror.class);
        mirror.share(0.5);
        ProxyServer server =
                example.closing(ProxyServer.builder().addRoute(route).build());
        ExampleClient client = new ExampleClient(server.start().address());
        for (int i = 0; i < 3; i++) {
            // SHA-256 puts "1" at 0.42 and "2" at 0.83.
            client.get("/shop/a", "Cookie: session=1");
            client.get("/shop/b", "Cookie: session=2");
        }
        server.close();
        assertThat(example.origin("http://127.0.0.1:9100").heads())
                .hasSize(3)
                .allMatch(head -> head.startsWith("GET /shop/a "));
    }

    static void theCopyIsMarked(Example example) throws Exception {
        Route route = example.run().value("route", Route.class);
        ProxyServer server =
                example.closing(ProxyServer.builder().addRoute(route).build());
        new ExampleClient(server.start().address()).get("/api/a", "Cookie: a=b");
        assertThat(copy(example, server))
                .startsWith("GET /api/a ")
                .contains("\nX-Mirrored: yes\n")
                .doesNotContain("Cookie");
    }

    /** The head of the only copy, which a server that is closed waits for. */
    private static String copy(Example example, ProxyServer server) {
        server.close();
        List<String> heads = example.origin("http://127.0.0.1:9100").heads();
        assertThat(heads).hasSize(1);
        return heads.get(0);
    }
}
