package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.recipes.TokenIssuer;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What the examples of the section "Who may enter" of {@code gateway.md} do. */
final class EnterExamples {
    private EnterExamples() {}

    static void aPasswordOpens(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/")).startsWith("HTTP/1.1 401 ").contains("\r\nWWW-Authenticate: Basic realm=\"staff\"");
        assertThat(client.get("/", basic("anna:another one"))).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/", basic("ben:another one"))).isEqualTo("http://pool GET /");
        assertThat(example.origin("http://pool").heads().get(0)).doesNotContain("Authorization");
    }

    static void annaMayEnter(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/")).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/", basic("anna:a long password"))).isEqualTo("http://pool GET /");
    }

    static void theUsersComeFromAFile(Example example) throws Exception {
        Files.writeString(
                example.keys().folder().resolve("staff.htpasswd"),
                "anna:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n");
        ExampleClient client = example.run().started();
        assertThat(client.get("/", basic("anna:wrong"))).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/", basic("anna:U*U"))).isEqualTo("http://pool GET /");
    }

    static void theOriginIsToldWhoItIs(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.body("/", basic("anna:a long password"), "x_remote_user: root"))
                .isEqualTo("http://pool GET /");
        assertThat(example.origin("http://pool").heads().get(0))
                .contains("X-Remote-User: anna")
                .doesNotContain("root", "Authorization");
    }

    static void onlyOneOfThemMayDoIt(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/admin/x", basic("ben:another one"))).startsWith("HTTP/1.1 403 ");
        assertThat(client.body("/admin/x", basic("anna:a long password")))
                .isEqualTo("http://127.0.0.1:9000 GET /admin/x");
        assertThat(client.body("/x", basic("ben:another one"))).isEqualTo("http://pool GET /x");
    }

    static void aKeyOpensInAFieldAndInAParameter(Example example) throws Exception {
        ExampleClient client = example.run().behind(Routes.of(example.value("api", Route.class)));
        assertThat(client.get("/api/x")).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/api/x", "X-Api-Key: 5pHlDzVJ8vXqTn3rKwYc")).isEqualTo("http://pool GET /api/x");
        assertThat(client.body("/api/x?a=1&api_key=Wm2cXfQ7bGtR9sLdNe4a")).isEqualTo("http://pool GET /api/x?a=1");
        assertThat(example.origin("http://pool").heads().get(0)).doesNotContain("5pHlDz");
    }

    static void aTokenThatIsGoodForItOpens(Example example) throws Exception {
        ExampleClient client = example.run().behind(Routes.of(example.value("orders", Route.class)));
        assertThat(client.get("/orders/1", "Authorization: Bearer other"))
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"");
        assertThat(client.body("/orders/1", "Authorization: Bearer c2VjcmV0")).isEqualTo("http://pool GET /orders/1");
    }

    static void aJsonWebTokenOpens(Example example) throws Exception {
        try (TokenIssuer issuer = new TokenIssuer()) {
            ExampleClient client = example.replace(
                            "https://id.example/keys", issuer.keysAt().toString())
                    .run()
                    .started();
            String good = issuer.sign(TokenIssuer.token());
            String other = issuer.sign(TokenIssuer.token().inClaims("\"shop\"", "\"bank\""));
            assertThat(client.body("/a", "Authorization: Bearer " + good)).isEqualTo("http://pool GET /a");
            assertThat(client.get("/a", "Authorization: Bearer " + other))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("error=\"invalid_token\"");
        }
    }

    static void theServiceDecides(Example example) throws Exception {
        ExampleOrigin service = example.origin("http://auth.example:9091");
        ExampleClient client =
                example.replace("http://auth.example:9091", service.url()).run().started();
        assertThat(client.body("/a?b", "Cookie: authelia_session=1; lang=de", "Remote-User: root"))
                .isEqualTo("http://pool GET /a?b");
        assertThat(service.heads().get(0))
                .startsWith("GET /api/authz/forward-auth HTTP/1.1\n")
                .contains("\nCookie: authelia_session=1\n", "\nX-Forwarded-Uri: /a?b\n")
                .doesNotContain("root");
        assertThat(example.origin("http://pool").heads().get(0))
                .contains("\nCookie: lang=de\n")
                .doesNotContain("root");
        service.status(401);
        assertThat(client.get("/a")).startsWith("HTTP/1.1 401 ");
        service.status(500);
        assertThat(client.get("/a")).startsWith("HTTP/1.1 503 ");
        assertThat(example.origin("http://pool").heads()).hasSize(1);
    }

    static void aKeyOpensWithoutTheService(Example example) throws Exception {
        ExampleOrigin service = example.origin("http://auth.example:9091");
        ExampleClient client =
                example.replace("http://auth.example:9091", service.url()).run().started();
        service.status(401);
        assertThat(client.body("/a", "X-Api-Key: 5pHlDzVJ8vXqTn3rKwYc")).isEqualTo("http://pool GET /a");
        assertThat(service.heads()).isEmpty();
        assertThat(client.get("/a")).startsWith("HTTP/1.1 401 ");
        assertThat(service.heads()).hasSize(1);
    }

    static void aCertificateOpens(Example example) throws Exception {
        ExampleClient client = example.run().started();
        try (SSLSocket without = ExampleTls.handshake(example.keys().client(), client, "shop.example")) {
            assertThat(ExampleTls.ask(without, "Host: shop.example")).startsWith("HTTP/1.1 403 ");
        }
        SSLContext own = TlsSettings.builder()
                .trust(example.keys().authority().trust())
                .addCertificate(example.keys().authority().certificate("billing"))
                .build()
                .context();
        try (SSLSocket with = ExampleTls.handshake(own, client, "shop.example")) {
            assertThat(ExampleTls.ask(with, "Host: shop.example")).startsWith("HTTP/1.1 200 ");
        }
    }

    static void anAddressOpens(Example example) throws Exception {
        assertThat(example.run().started().get("/")).startsWith("HTTP/1.1 403 ");
        assertThat(example.replace("10.0.0.0/8", "127.0.0.0/8").run().started().body("/"))
                .isEqualTo("http://pool GET /");
    }

    static void aPasswordDoesInsteadOfAnAddress(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.get("/")).startsWith("HTTP/1.1 401 ");
        assertThat(client.body("/", basic("anna:a long password"))).isEqualTo("http://pool GET /");
        assertThat(example.replace("10.0.0.0/8", "127.0.0.0/8").run().started().body("/"))
                .isEqualTo("http://pool GET /");
    }

    static void theAddressAndThePasswordAreNeeded(Example example) throws Exception {
        assertThat(example.run().started().get("/", basic("anna:a long password")))
                .startsWith("HTTP/1.1 403 ");
        ExampleClient inOffice =
                example.replace("10.0.0.0/8", "127.0.0.0/8").run().started();
        assertThat(inOffice.get("/")).startsWith("HTTP/1.1 401 ");
        assertThat(inOffice.body("/", basic("anna:a long password"))).isEqualTo("http://pool GET /");
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
