package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.Entering.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AuthenticationTest {
    private static final Authenticator ANN = BasicAuth.of("gate", Credentials.of("ann", "secret"));
    private static final Authenticator BOB = BasicAuth.of("door", Credentials.of("bob", "hidden"));

    /** Accepts what a field says, and does not say who it is; removes the field. */
    private static final Authenticator TICKET = new Authenticator() {
        @Override
        public AuthResult authenticate(dev.sluice.proxy.ProxyRequest request) throws IOException {
            return switch (request.headers().first("X-Ticket").orElse("none")) {
                case "good" -> new AuthResult.Accepted(null);
                case "none" -> AuthResult.notGiven();
                case "spent" -> new AuthResult.Refused(429, "too many", Headers.of("Retry-After", "9"));
                case "unknown" -> throw new IOException("the office is closed");
                default -> AuthResult.refused("the ticket is wrong");
            };
        }

        @Override
        public dev.sluice.proxy.ProxyRequest withoutCredentials(dev.sluice.proxy.ProxyRequest request) {
            return request.toBuilder().removeHeader("X-Ticket").build();
        }
    };

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // ticket, password, status, challenges
                "-,       -,          401, 2",
                "good,    -,          200, 0",
                "good,    ann:wrong,  200, 0",
                "-,       ann:secret, 200, 0",
                "-,       bob:hidden, 200, 0",
                "wrong,   bob:hidden, 200, 0",
                "spent,   bob:hidden, 200, 0",
                "unknown, bob:hidden, 200, 0",
                "wrong,   -,          401, 2",
                "wrong,   ann:wrong,  401, 2",
                "spent,   -,          429, 2",
                "spent,   ann:wrong,  401, 2",
                "unknown, ann:wrong,  503, 0",
                "unknown, -,          503, 0",
            })
    void anyOfThemIsEnough(String ticket, String password, int status, int challenges) throws Exception {
        TestResponse response =
                Entering.by(Authenticator.anyOf(TICKET, ANN, BOB)).get("/", given(ticket, password));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("WWW-Authenticate")).hasSize(challenges);
        assertThat(response.headers().first("Retry-After").orElse("none"))
                .isEqualTo(status >= 400 && "spent".equals(ticket) ? "9" : "none");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // ticket, password, status, challenges
                "good,    ann:secret, 200, 0",
                "-,       ann:secret, 403, 0",
                "wrong,   ann:secret, 403, 0",
                "good,    ann:wrong,  401, 1",
                "good,    -,          401, 1",
                "good,    bob:hidden, 401, 1",
                "unknown, ann:secret, 503, 0",
                "spent,   ann:secret, 429, 0",
                "-,       -,          403, 0",
            })
    void allOfThemAreNeeded(String ticket, String password, int status, int challenges) throws Exception {
        Entering entering = Entering.by(Authenticator.allOf(TICKET, ANN));
        TestResponse response = entering.get("/", given(ticket, password));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("WWW-Authenticate")).hasSize(challenges);
        assertThat(String.valueOf(response.record().principal())).isEqualTo(status == 200 ? "ann" : "null");
        assertThat(entering.origin.requests()).hasSize(status == 200 ? 1 : 0);
    }

    private static String[] given(String ticket, String password) {
        Headers.Builder fields = Headers.builder();
        if (ticket != null) {
            fields.add("X-Ticket", ticket);
        }
        if (password != null) {
            fields.add("Authorization", basic(password));
        }
        String[] given = new String[2 * fields.build().size()];
        for (int i = 0; i < given.length / 2; i++) {
            given[2 * i] = fields.build().name(i);
            given[2 * i + 1] = fields.build().value(i);
        }
        return given;
    }

    @Test
    void forAClientThatHasLeftNobodyElseIsAsked() throws Exception {
        AtomicBoolean asked = new AtomicBoolean();
        Authenticator failing = request -> {
            request.exchange().cancel(Outcome.CLIENT_LEFT);
            throw new IOException("the directory does not answer");
        };
        Authenticator next = request -> {
            asked.set(true);
            return AuthResult.notGiven();
        };
        Entering entering = Entering.by(Authenticator.anyOf(failing, next));
        assertThatThrownBy(entering::status).hasMessageContaining("CLIENT_LEFT");
        assertThat(asked).isFalse();
    }

    @Test
    void nothingThatOneOfThemLooksForGoesOn() throws Exception {
        for (Authenticator both :
                new Authenticator[] {Authenticator.anyOf(TICKET, ANN), Authenticator.allOf(TICKET, ANN)}) {
            Entering entering = Entering.by(both);
            assertThat(entering.status("X-Ticket", "good", "Authorization", basic("ann:secret"), "Cookie", "a=b"))
                    .isEqualTo(200);
            assertThat(entering.received().headers().has("X-Ticket")).isFalse();
            assertThat(entering.received().headers().has("Authorization")).isFalse();
            assertThat(entering.received().headers().has("Cookie")).isTrue();
        }
    }

    @Test
    void credentialsOfAnotherKindAreTheOriginsOwn() throws Exception {
        Entering entering = Entering.by(Authenticator.anyOf(TICKET, ANN));

        assertThat(entering.status("X-Ticket", "good", "Authorization", "Bearer for-the-origin"))
                .isEqualTo(200);
        assertThat(entering.received().headers().first("Authorization")).hasValue("Bearer for-the-origin");
    }

    @Test
    void credentialsGoOnIfTheyAreToldTo() throws Exception {
        Entering entering = Entering.through(Authentication.require(ANN).withPassOn(true));

        assertThat(entering.status("Authorization", basic("ann:secret"))).isEqualTo(200);
        assertThat(entering.received().headers().first("Authorization")).hasValue(basic("ann:secret"));
    }

    @Test
    void anOptionalOneLetsEnterWhoGivesNothing() throws Exception {
        Entering entering = Entering.through(Authentication.optional(ANN));

        assertThat(entering.user()).isEqualTo("null");
        assertThat(entering.user("Authorization", basic("ann:secret"))).isEqualTo("ann");
        assertThat(entering.status("Authorization", basic("ann:wrong"))).isEqualTo(401);
    }

    @Test
    void whoIsKnownMayStillNotBeAllowed() throws Exception {
        Authenticator both = Authenticator.anyOf(TICKET, ANN, BOB);
        for (Entering entering : new Entering[] {
            Entering.by(both.when(user -> user.name().equals("bob"))),
            Entering.through(Authorization.when(user -> user.name().equals("bob")), Authentication.require(both)),
        }) {
            TestResponse refused = entering.get("/", "Authorization", basic("ann:secret"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.headers().first("Cache-Control")).hasValue("no-store");
            assertThat(refused.headers().has("WWW-Authenticate")).isFalse();
            assertThat(entering.status("X-Ticket", "good")).isEqualTo(403);
            assertThat(entering.status("Authorization", basic("bob:hidden"))).isEqualTo(200);
            assertThat(entering.received().headers().has("Authorization")).isFalse();
        }
    }

    @Test
    void aServerMayFindThePrincipalAndARouteDecideWhoMayPass() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .addFilter(Authentication.require(Authenticator.anyOf(ANN, BOB)))
                .addRoute(Route.path("/admin/**")
                        .addFilter(Authorization.when(user -> user.name().equals("bob")))
                        .to(request -> ProxyResponse.of(200)))
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build());

        assertThat(status(client, "/admin/x", "ann:secret")).isEqualTo(403);
        assertThat(status(client, "/admin/x", "bob:hidden")).isEqualTo(200);
        assertThat(status(client, "/x", "ann:secret")).isEqualTo(200);
    }

    private static int status(TestClient client, String path, String pair) throws Exception {
        return client.send("GET", path, Headers.of("Authorization", basic(pair)), new byte[0])
                .status();
    }

    @Test
    void withoutAPrincipalNothingIsAllowed() throws Exception {
        assertThat(Entering.through(Authorization.when(user -> true)).status()).isEqualTo(403);
    }

    @Test
    void anAuthenticatorThatFailsOpensNothing() throws Exception {
        Entering entering = Entering.by(TICKET);
        TestResponse response = entering.get("/", "X-Ticket", "unknown");

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).doesNotContain("office");
        assertThat(response.record().failure()).hasMessageContaining("the office is closed");
        assertThat(response.record().outcome()).isEqualTo(Outcome.REFUSED);

        Entering broken = Entering.by(request -> {
            throw new IllegalStateException("a fault");
        });
        assertThat(broken.status()).isEqualTo(500);
        assertThat(broken.origin.requests()).isEmpty();
    }

    @Test
    void theBodyOfARefusedRequestIsNotRead() throws Exception {
        Entering entering = Entering.by(ANN);
        InputStream unread = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the body is read");
            }
        };
        TestResponse response = entering.client.send("POST", "/", request -> request.body(Body.of(unread, 5)));

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.record().requestBytes()).isZero();
    }

    @Test
    void aClientThatWaitsForA100GetsTheRefusalInstead() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                        .addFilter(Authentication.require(ANN))
                        .addRoute("/**", request -> ProxyResponse.of(200))
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\r\nWWW-Authenticate: Basic realm=\"gate\", charset=\"UTF-8\"\r\n");
        }
    }

    @Test
    void aPageOfYourOwnHasTheChallengeToo() throws Exception {
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addFilter(Authentication.require(ANN))
                        .onError((request, why) -> ProxyResponse.builder(why.status())
                                .body(Body.of("mine"))
                                .build())
                        .build())
                .get("/");

        assertThat(response.text()).isEqualTo("mine");
        assertThat(response.headers().all("WWW-Authenticate")).hasSize(1);
    }

    @Test
    void theOriginsOwnChallengePasses() throws Exception {
        Entering entering = Entering.by(ANN);
        entering.origin.answer(request ->
                ProxyResponse.builder(401).header("WWW-Authenticate", "Own").build());

        assertThat(entering.get("/", "Authorization", basic("ann:secret"))
                        .headers()
                        .all("WWW-Authenticate"))
                .containsExactly("Own");
    }

    @Test
    void aTunnelIsOpenedOnlyForWhoMayEnter() throws Exception {
        ProxyFilter upgraded = (request, next) -> ProxyResponse.of(200, String.valueOf(request.upgrade()));
        Entering entering = Entering.through(Authentication.require(ANN), upgraded);

        assertThat(entering.client
                        .send("GET", "/", request -> request.upgrade("websocket"))
                        .status())
                .isEqualTo(401);
        assertThat(entering.client
                        .send(
                                "GET",
                                "/",
                                request -> request.upgrade("websocket").header("Authorization", basic("ann:secret")))
                        .text())
                .isEqualTo("websocket");
    }

    @Test
    void itStandsWhereTheStagesSay() {
        assertThat(Authentication.require(ANN).stage()).isEqualTo(Stage.AUTHENTICATION);
        assertThat(Authorization.when(user -> true).stage()).isEqualTo(Stage.AFTER_AUTHENTICATION);
    }

    @Test
    void noAuthenticatorAtAllIsRefused() {
        assertThatThrownBy(Authenticator::anyOf).hasMessage("anyOf needs at least one authenticator");
        assertThatThrownBy(() -> Authenticator.allOf(ANN, null)).hasMessage("allOf");
        assertThatThrownBy(Authenticator::allOf).hasMessage("allOf needs at least one authenticator");
        assertThatThrownBy(() -> Authentication.require(null)).hasMessage("authenticator");
        assertThatThrownBy(() -> ANN.when(null)).hasMessage("when");
    }

    @Test
    void thePrincipalOfAllIsThatOfTheFirst() throws Exception {
        Authenticator one = request -> AuthResult.accepted(Principal.of("one"));
        Authenticator two = request -> AuthResult.accepted(Principal.of("two"));

        assertThat(Entering.by(Authenticator.allOf(one, two)).user()).isEqualTo("one");
        assertThat(Entering.by(Authenticator.allOf(two, one)).user()).isEqualTo("two");
    }
}
