package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The checks of the README's examples. */
final class ReadmeExamples {
    private ReadmeExamples() {}

    static void theGatewayServesUntilItIsTerminated(Example example) throws Exception {
        ExampleProcess gateway = example.runAsProcess();
        ExampleClient client = gateway.client();
        Set<String> answers = new HashSet<>();
        // Picks are random: the probability that one of the two is not among 200 is 2^-199.
        for (int i = 0; i < 200; i++) {
            answers.add(client.body("/a"));
        }
        assertThat(answers).containsExactlyInAnyOrder("http://127.0.0.1:9001 GET /a", "http://127.0.0.1:9002 GET /a");
        assertThat(gateway.terminate()).isZero();
    }

    /** Checks the same with any other example in the README's {@code main}. */
    static void theMainServesUntilItIsTerminated(Example example) throws Exception {
        ExampleProcess process = example.runInMain();
        ExampleClient client = process.client();
        process.await("main has returned");
        // The server itself refuses this, and plain HTTP at a TLS port: names and addresses of the example are not
        // asked.
        assertThat(client.get("no-target", "Host: a.test")).startsWith("HTTP/1.1 400 ");
        assertThat(process.terminate()).isZero();
    }

    static void theFiveLinesServe(Example example) throws Exception {
        assertThat(example.run().running().body("/a")).isEqualTo("http://127.0.0.1:9000 GET /a");
    }

    static void theFilterAnswersOrLetsPass(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/a")).startsWith("HTTP/1.1 401 ").contains("Who are you?");
        assertThat(client.body("/a", "Authorization: Basic eDp5")).isEqualTo("http://127.0.0.1:9000 GET /a");
    }

    static void eachRouteLeadsWhereItSays(Example example) throws Exception {
        example.run();
        ExampleClient client = new ExampleClient(
                example.value("server", ProxyServer.class).start().address());
        assertThat(client.body("/shop/lamp", "Host: www.example.com")).isEqualTo("http://pool GET /lamp");
        assertThat(client.body("/users/7")).isEqualTo("user 7");
        assertThat(client.send("POST", "/users/7", "Content-Length: 0")).startsWith("HTTP/1.1 404 ");
        assertThat(client.body("/reports/1")).isEqualTo("http://127.0.0.1:9100 GET /reports/1");
    }

    static void theRulesAreChanged(Example example) throws Exception {
        ReverseProxy proxy = example.run().value("proxy", ReverseProxy.class);
        ExampleClient client = example.behind(Routes.of(Route.any().to(proxy)));
        assertThat(client.get("/a", "Host: shop.example", "Cookie: a=b"))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("X-Debug");
        assertThat(example.origin("http://pool").heads())
                .singleElement()
                .asString()
                .contains("\nHost: shop.example\n", "\nX-Api-Version: 2\n", "\nForwarded: for=127.0.0.1;")
                .doesNotContain("Cookie");

        UpstreamPool pool = example.value("pool", UpstreamPool.class);
        pool.update(change -> change.members(List.of()));
        assertThat(client.get("/a")).startsWith("HTTP/1.1 503 ").contains("Back soon.");
    }

    static void noClientNotices(Example example) throws Exception {
        UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
        assertThat(pool.snapshot().members())
                .filteredOn(member -> !member.id().startsWith("http:"))
                .extracting(MemberSnapshot::id, MemberSnapshot::weight)
                .contains(tuple("green", 3), tuple("blue-2", 3));
        ExampleClient client = example.behind(Routes.of(Route.any().to(pool)));
        example.origin("http://10.0.0.2:8080").close();
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            answers.add(client.body("/a"));
        }
        assertThat(answers)
                .isSubsetOf("http://10.0.0.1:8080 GET /a", "http://10.0.0.3:8080 GET /a", "http://10.0.0.4:8080 GET /a")
                .hasSizeGreaterThan(1);
    }

    static void theWebSocketGoesThrough(Example example) throws Exception {
        ExampleClient client = example.run().started();
        String[] upgrade = {"Host: a.test", "Connection: Upgrade", "Upgrade: websocket"};
        try (RawConnection chat = client.connect()) {
            chat.write("GET /chat/1 HTTP/1.1\r\n" + String.join("\r\n", upgrade) + "\r\n\r\n");
            assertThat(chat.readHead()).startsWith("HTTP/1.1 101 ").contains("Upgrade: websocket");
            chat.write("hello\n");
            assertThat(chat.readAll()).isEqualTo("echo hello\n");
        }
        assertThat(client.body("/other")).isEqualTo("http://pool GET /other");
    }

    static void theTransportGoesToTheShopOverTls(Example example) throws Exception {
        trusting(example, () -> {
            example.run();
            ExampleClient client = example.started();
            assertThat(client.body("/a")).isEqualTo("https://shop.internal:8443 GET /a");
        });
    }

    static void theOldServerMayEndWithoutCloseNotify(Example example) throws Exception {
        trusting(example, () -> {
            UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
            example.origin("https://shop.internal:8443").breakOff();
            ExampleClient client = example.behind(Routes.of(Route.any().to(pool)));
            // The last chunk shows that the body is complete.
            assertThat(client.body("/a"))
                    .contains("https://shop.internal:8443 GET /a")
                    .endsWith("\r\n0\r\n\r\n");
        });
    }

    static void aClientMayBeginWithHttp2(Example example) throws Exception {
        try (RawConnection connection = example.run().started().connect()) {
            // The preface, empty SETTINGS, and a GET of / at a.test with fields of the static table (RFC 7541 appendix
            // A).
            connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0" + "\0\0\13\1\5\0\0\0\1"
                    + "\u0082\u0086\u0084\1\6a.test");
            StringBuilder seen = new StringBuilder();
            while (!seen.toString().contains("GET /")) {
                String head = connection.readExactly(9);
                seen.append(connection.readExactly(256 * head.charAt(1) + head.charAt(2)));
            }
            assertThat(seen).contains("http://pool GET /");
        }
    }

    static void anOriginMayChooseHttp11(Example example) throws Exception {
        trusting(example, () -> {
            UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
            ExampleClient client = example.behind(Routes.of(Route.any().to(pool)));
            assertThat(client.body("/a")).contains("https://shop.internal:8443 GET /a");
        });
    }

    static void theCertificateComesFromAFile(Example example) throws Exception {
        ExampleClient client = example.run().started();
        try (SSLSocket shop = ExampleTls.handshake(example.keys().client(), client, "shop.example")) {
            X509Certificate certificate = (X509Certificate) shop.getSession().getPeerCertificates()[0];
            assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=shop.example");
            assertThat(ExampleTls.ask(shop, "Host: shop.example")).endsWith("http://pool GET /a");
        }
    }

    static void theForwardProxyAsksWhoIsThere(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://there");
        String credentials = "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
        ExampleClient client = example.run().started();
        assertThat(client.get(origin.url() + "/a"))
                .startsWith("HTTP/1.1 407 ")
                .contains("\r\nProxy-Authenticate: Basic ");
        // The proxy connects only to public addresses, unless one follows the page's last sentence about it.
        assertThat(client.get(origin.url() + "/a", credentials)).startsWith("HTTP/1.1 403 ");

        client = example.replace(".build())\n", ".addresses(AddressRule.ANY).anyConnectPort(true).build())\n")
                .run()
                .started();
        assertThat(client.body(origin.url() + "/a", credentials)).isEqualTo("http://there GET /a");
        assertThat(origin.heads().get(0)).doesNotContain("127.0.0.1, ", "Forwarded", "Proxy-Authorization");
        assertThat(client.get("http://x.internal.example/", credentials)).startsWith("HTTP/1.1 403 ");
        try (RawConnection tunnel = client.connect()) {
            String there = "127.0.0.1:" + origin.port();
            tunnel.write("CONNECT " + there + " HTTP/1.1\r\nHost: " + there + "\r\n" + credentials + "\r\n\r\n");
            assertThat(tunnel.readHead()).startsWith("HTTP/1.1 200 ");
            tunnel.write(ExampleClient.head("GET", "/b"));
            tunnel.readHead();
            assertThat(tunnel.readExactly(19)).isEqualTo("http://there GET /b");
        }
    }

    static void theAccessLogAndTheListenerAreTold(Example example) throws Exception {
        String pool = "UpstreamPool pool = UpstreamPool.builder().addMember(\""
                + example.origin("http://pool").url() + "\").build();\n";
        ExampleProcess program = example.runAsProcess(pool);
        ExampleClient client = program.client();
        client.get("/well?token=hidden", "Authorization: Basic eDp5");
        assertThat(program.await("{")).contains("/well", "\"status\":200").doesNotContain("hidden", "eDp5");
        example.origin("http://pool").close();
        client.get("/failed");
        program.await("CONNECT_FAILED");
    }

    static void theAssertionsHold(Example example) throws Exception {
        assertThat(example.run().value("response", HttpResponse.class).statusCode())
                .isEqualTo(200);
        assertThat(example.value("gateway", FakeGateway.class).received()).hasSize(2);
        assertThatThrownBy(() ->
                        example.replace("equals(\"tea\")", "equals(\"coffee\")").run())
                .as("assertions are on")
                .hasRootCauseInstanceOf(AssertionError.class);
    }

    /** Runs with the test's certificate as the default trust. */
    private static void trusting(Example example, Action action) throws Exception {
        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(example.keys().client());
        try {
            action.run();
        } finally {
            SSLContext.setDefault(before);
        }
    }

    private interface Action {
        void run() throws Exception;
    }
}
