package dev.sluice.proxy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequestIdTest {
    private static final String FIELD = "X-Request-Id";
    private static final String MADE = "(?s)[0-9a-f]{32}";

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final RecordingListener records = new RecordingListener();
    private final Pipeline.Builder server =
            Pipeline.builder().addListener(records).addFilter(RequestId.DEFAULT).addRoute("/**", origin);

    private static String only(Headers headers) {
        assertThat(headers.all(FIELD)).hasSize(1);
        return headers.all(FIELD).get(0);
    }

    @Test
    void theOriginTheClientAndTheRecordHaveTheSame() throws Exception {
        TestResponse response = TestClient.of(server.build()).get("/");
        String id = only(response.headers());

        assertThat(id).matches(MADE);
        assertThat(only(origin.requests().get(0).headers())).isEqualTo(id);
        assertThat(response.record().requestId()).isEqualTo(id);
    }

    @Test
    void anIdOfAClientDoesNotGoOnInAnotherSpelling() throws Exception {
        TestResponse response = TestClient.of(server.build())
                .send("GET", "/", Headers.of("X_Request_Id", "forged", "x-request_id", "forged"), new byte[0]);

        Headers received = origin.requests().get(0).headers();
        assertThat(received.all(FIELD)).isEqualTo(response.headers().all(FIELD));
        assertThat(received.has("X_Request_Id") || received.has("X-Request_Id")).isFalse();
    }

    @Test
    void eachRequestHasItsOwn() throws Exception {
        TestClient client = TestClient.of(server.build());
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ids.add(only(client.get("/").headers()));
        }
        assertThat(ids).hasSize(100);
    }

    @Test
    void theSourceOfIdsAndTheFieldMayBeOthers() throws Exception {
        RandomGenerator sevens = () -> 0x0707070707070707L;
        RequestId own = RequestId.DEFAULT.withField("X-Correlation-Id").withRandom(sevens);
        TestResponse response = TestClient.of(Pipeline.builder()
                        .addFilter(own)
                        .addRoute("/**", origin)
                        .build())
                .get("/");

        assertThat(own.field()).isEqualTo("X-Correlation-Id");
        assertThat(response.headers().all("X-Correlation-Id")).containsExactly("07".repeat(16));
    }

    @Test
    void aClientsOwnIsReplaced() throws Exception {
        TestResponse response = TestClient.of(server.build()).send("GET", "/", Headers.of(FIELD, "mine"), new byte[0]);

        assertThat(only(response.headers())).matches(MADE);
        assertThat(only(origin.requests().get(0).headers())).isEqualTo(only(response.headers()));
    }

    @Test
    void aTrustedPeersOwnIsKept() throws Exception {
        String own = "Root=1-67891233_a.b~c+d/e:f@g";
        TestResponse response = TestClient.of(server.trust("127.0.0.0/8").build())
                .send("GET", "/", Headers.of(FIELD, own), new byte[0]);

        assertThat(only(response.headers())).isEqualTo(own);
        assertThat(only(origin.requests().get(0).headers())).isEqualTo(own);
        assertThat(response.record().requestId()).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a,b", "a;b", "a\\b", "<b>", "\u00e9", "${jndi:x}", "a\tb"})
    void whatIsNoIdIsReplacedEvenOfATrustedPeer(String sent) throws Exception {
        TestResponse response = TestClient.of(server.trust("127.0.0.0/8").build())
                .send("GET", "/", Headers.of(FIELD, sent), new byte[0]);

        assertThat(only(response.headers())).matches(MADE);
    }

    @Test
    void anIdThatIsTooLongAndTwoIdsAreReplaced() throws Exception {
        TestClient client = TestClient.of(server.trust("127.0.0.0/8").build());

        assertThat(only(client.send("GET", "/", Headers.of(FIELD, "a".repeat(129)), new byte[0])
                        .headers()))
                .matches(MADE);
        assertThat(only(client.send("GET", "/", Headers.of(FIELD, "a".repeat(128)), new byte[0])
                        .headers()))
                .hasSize(128);
        assertThat(only(client.send("GET", "/", Headers.of(FIELD, "a", FIELD, "b"), new byte[0])
                        .headers()))
                .matches(MADE);
    }

    @Test
    void theOriginsOwnDoesNotReachTheClient() throws Exception {
        origin.answer(request ->
                ProxyResponse.builder(200).addHeader("x-request-id", "origins").build());
        assertThat(only(TestClient.of(server.build()).get("/").headers())).matches(MADE);
    }

    @Test
    void aPageHasItInItsTextToo() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        TestClient client = TestClient.of(server.build());
        TestResponse text = client.get("/");
        TestResponse json = client.send("GET", "/", Headers.of("Accept", "application/json"), new byte[0]);

        assertThat(text.status()).isEqualTo(502);
        assertThat(text.text()).isEqualTo("502 Bad Gateway\nrequest id: " + only(text.headers()) + "\n");
        assertThat(json.text())
                .isEqualTo(
                        "{\"status\":502,\"title\":\"Bad Gateway\",\"request_id\":\"" + only(json.headers()) + "\"}");
    }

    @Test
    void theAnswerOfAnotherFilterHasIt() throws Exception {
        ProxyFilter nobody = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 401, "nobody");
        };
        TestResponse response = TestClient.of(
                        server.addFilter(nobody.at(Stage.EVERY_RESPONSE)).build())
                .get("/");

        assertThat(response.status()).isEqualTo(401);
        assertThat(only(response.headers())).isEqualTo(response.record().requestId());
    }

    @Test
    void whatIsRefusedBeforeAnyFilterHasIt() throws Exception {
        try (ProxyServer listening = ProxyServer.builder()
                .addListener(records)
                .addFilter(RequestId.DEFAULT)
                .limits(Limits.builder().headerBytes(2048).build())
                .build()
                .start()) {
            String long1 = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(5000) + "\r\n\r\n";
            for (String request : new String[] {"GET / HTTP/1.1\r\n\r\n", "no request\r\n\r\n", long1}) {
                try (RawConnection client = RawConnection.connect(listening.address())) {
                    client.write(request);
                    assertThat(client.readAll())
                            .startsWith("HTTP/1.1 4")
                            .containsPattern("(?s)\r\nX-Request-Id: ([0-9a-f]{32})\r\n.*\nrequest id: \\1\n$");
                }
            }
            listening.close(Duration.ofSeconds(10));
        }
        assertThat(records.awaitEnded(3)).extracting(ExchangeRecord::requestId).doesNotContainNull();
    }

    @Test
    void aRouteWithAnotherFieldHasTheSameId() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(RequestId.DEFAULT)
                .addRoute(Route.any()
                        .addFilter(RequestId.DEFAULT.withField("X-Correlation-Id"))
                        .to(origin))
                .build();
        Headers headers = TestClient.of(pipeline).get("/").headers();

        assertThat(headers.all("X-Correlation-Id")).containsExactly(only(headers));
    }

    @Test
    void aDetachedExchangeHasTheIdOfItsOrigin() throws Exception {
        Pipeline pipeline = Pipeline.builder()
                .addFilter(RequestId.DEFAULT)
                .addListener(records)
                .addRoute("/**", request -> {
                    request.exchange()
                            .detached("refresh", Duration.ofSeconds(1))
                            .end(Outcome.COMPLETED);
                    return ProxyResponse.of(200);
                })
                .build();
        String id = only(TestClient.of(pipeline).get("/").headers());

        assertThat(records.awaitEnded(2)).extracting(ExchangeRecord::requestId).containsExactly(id, id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "Host", "connection", "a\r\nb"})
    void whatCannotBeTheFieldIsRefused(String name) {
        assertThatThrownBy(() -> RequestId.DEFAULT.withField(name))
                .hasMessage("field cannot have a request id: \"" + name.replaceAll("[\r\n]", "?") + "\"");
    }
}
