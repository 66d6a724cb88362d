package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeNotes;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A key is in no record, also if the request was refused before anybody looked for it. */
@Timeout(60)
class HiddenCredentialsTest {
    private static final Authenticator KEYS = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "billing"))
            .withField("X-Mine")
            .withParameter("mine");

    private static void assertHidden(Pipeline.Builder server, int status) throws Exception {
        TestResponse response = TestClient.of(server.build())
                .send(
                        "GET",
                        "/a?mine=5pHlDzVJ8vXqTn3rKwYc&other=1",
                        Headers.of(
                                "X-Mine",
                                "5pHlDzVJ8vXqTn3rKwYc",
                                "Referer",
                                "http://test.example/?mine=5pHlDzVJ8vXqTn3rKwYc"),
                        new byte[0]);
        assertThat(response.status()).isEqualTo(status);
        assertThat(target(response)).contains("other=1").doesNotContain("5pHl");
        assertThat(String.valueOf(response.record().request().headers())).doesNotContain("5pHl");
        assertThat(response.record().explain()).doesNotContain("5pHl");
    }

    /** As the access log has it. */
    private static String target(TestResponse response) {
        return String.valueOf(response.record().request().target());
    }

    private static Pipeline.Builder refusing() {
        return Pipeline.builder()
                .addFilter(ClientAddresses.builder().allow("10.0.0.0/8").build());
    }

    @Test
    void aFilterOfTheServerRefusesFirst() throws Exception {
        assertHidden(refusing().addFilter(Authentication.require(KEYS)), 403);
        Authenticator several = Authenticator.anyOf(request -> AuthResult.notGiven(), KEYS.when(any -> true));
        assertHidden(refusing().addFilter(Authentication.optional(several).at(Stage.FILTER)), 403);
    }

    @Test
    void theFilterIsOfARouteOrOfATableWithin() throws Exception {
        Route door = Route.path("/a").addFilter(Authentication.require(KEYS)).to(request -> ProxyResponse.of(200));
        assertHidden(refusing().addRoute(door), 403);
        assertHidden(refusing().addRoute(Route.any().to(Routes.of(door))), 403);
        assertHidden(
                Pipeline.builder()
                        .addRoute(Route.path("/a")
                                .addFilter(ClientAddresses.builder()
                                        .allow("10.0.0.0/8")
                                        .build())
                                .addFilter(Authentication.require(KEYS))
                                .to(request -> ProxyResponse.of(200))),
                403);
    }

    @Test
    void aTableThatIsReplacedTakesItsNamesAlong() throws Exception {
        Pipeline server = Pipeline.builder().build();
        server.routes(Routes.of(
                Route.path("/a").addFilter(Authentication.require(KEYS)).to(request -> ProxyResponse.of(200))));
        assertThat(target(TestClient.of(server).get("/b?mine=secret"))).doesNotContain("secret");
        server.routes(Routes.of());
        assertThat(target(TestClient.of(server).get("/b?mine=text"))).contains("text");
    }

    @Test
    void yourOwnHidesWhatItLooksFor() throws Exception {
        Authenticator own = new Authenticator() {
            @Override
            public AuthResult authenticate(ProxyRequest request) {
                return AuthResult.accepted(Principal.of("anna"));
            }

            @Override
            public void hideCredentials(ExchangeNotes notes) {
                List.of("mine").forEach(notes::secretParameter);
                notes.secretField("X-Mine");
            }
        };
        assertHidden(refusing().addFilter(Authentication.require(own)), 403);
        Authentication alone = Authentication.require(own);
        assertHidden(Pipeline.builder().addFilter((request, next) -> next.handle(alone.admit(request))), 404);
    }

    /** The JDK's listener refuses it before any filter is asked. */
    @Test
    void aRequestThatIsRefusedByItsLengthHidesItsKey() throws Exception {
        for (Transport transport : List.of(JdkTransport.shared(), DirectTransport.shared())) {
            RecordingListener records = new RecordingListener();
            try (ProxyServer server = ProxyServer.builder()
                            .transport(transport)
                            .addListener(records)
                            .limits(Limits.builder().bodyBytes(4).build())
                            .addFilter(Authentication.require(KEYS))
                            .addRoute("/**", request -> ProxyResponse.of(200))
                            .build()
                            .start();
                    RawConnection client = RawConnection.connect(server.address())) {
                client.write("POST /a?mine=5pHlDzVJ8vXqTn3rKwYc&other=1 HTTP/1.1\r\nHost: a\r\nX-Mine: 5pHlDzVJ8\r\n"
                        + "Content-Length: 5\r\n\r\nhello");
                assertThat(client.readHead())
                        .startsWith(transport == DirectTransport.shared() ? "HTTP/1.1 401 " : "HTTP/1.1 413 ");
                ExchangeRecord record = records.awaitEnded(1).get(0);
                assertThat(String.valueOf(record.request().target()))
                        .contains("other=1")
                        .doesNotContain("5pHl");
                assertThat(String.valueOf(record.request().headers())).doesNotContain("5pHl");
            }
        }
    }
}
