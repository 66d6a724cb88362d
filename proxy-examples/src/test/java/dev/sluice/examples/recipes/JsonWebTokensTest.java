package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import dev.sluice.examples.pages.ExampleOrigin;
import dev.sluice.examples.recipes.TokenAttacks.Attack;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe for JSON web tokens: what it lets in, what it refuses, and what it does without keys. */
class JsonWebTokensTest {
    private static final Map<String, Attack> ATTACKS = new LinkedHashMap<>();

    /** Serves all attacks; nothing about it changes. */
    private static Gate gate;

    private final CountDownLatch end = new CountDownLatch(1);

    /** An issuer, and a proxy in front of an origin that lets in whom its tokens name. */
    private static final class Gate implements AutoCloseable {
        private final TokenIssuer issuer = new TokenIssuer();
        private final ExampleOrigin origin = new ExampleOrigin("origin");
        private final Queue<ExchangeRecord> records = new ConcurrentLinkedQueue<>();
        private final ProxyServer proxy;

        private Gate() throws IOException {
            JsonWebTokens tokens = new JsonWebTokens(
                    issuer.keysAt(),
                    TokenIssuer.NAME,
                    TokenIssuer.AUDIENCE,
                    TokenIssuer.LEEWAY,
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.ES256);
            proxy = ProxyServer.builder()
                    .port(0)
                    .addFilter(Authentication.require(BearerAuth.of("api", tokens)))
                    .addListener(new ExchangeListener() {
                        @Override
                        public void ended(ExchangeRecord record) {
                            records.add(record);
                        }
                    })
                    .addRoute("/**", origin.url())
                    .build()
                    .start();
        }

        String send(String token) throws IOException {
            try (RawConnection connection = RawConnection.connect(proxy.address())) {
                connection.write("GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nAuthorization: Bearer "
                        + token + "\r\n\r\n");
                return connection.readAll();
            }
        }

        int status(String token) throws IOException {
            return Integer.parseInt(send(token).substring(9, 12));
        }

        @Override
        public void close() throws IOException {
            proxy.close();
            origin.close();
            issuer.close();
        }
    }

    @BeforeAll
    static void open() throws IOException {
        ATTACKS.putAll(TokenAttacks.all());
        ATTACKS.putAll(ClaimAttacks.all());
        gate = new Gate();
    }

    @AfterAll
    static void close() throws IOException {
        gate.close();
    }

    static Stream<String> attacks() {
        return Stream.concat(TokenAttacks.all().keySet().stream(), ClaimAttacks.all().keySet().stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void anAttackDoesNotReachTheOrigin(String name) throws Exception {
        String token = ATTACKS.get(name).token(gate.issuer);
        int before = gate.origin.heads().size();
        String response = gate.send(token);
        assertThat(response)
                .as(name)
                .containsPattern("\\AHTTP/1.1 40[01] ")
                .contains("\r\nWWW-Authenticate: Bearer realm=\"api\", error=\"invalid_");
        assertThat(gate.origin.heads()).as(name).hasSize(before);
        assertThat(gate.issuer.strangers()).as(name).isZero();
        // The first fetch, and one more for a key that nobody knows.
        assertThat(gate.issuer.asked()).as(name).isLessThanOrEqualTo(2);
    }

    @Test
    void thereAreManyAttacks() {
        assertThat(ATTACKS).hasSizeGreaterThan(84);
    }

    @Test
    void credentialsAreNowhere() throws Exception {
        try (Gate own = new Gate()) {
            String good = own.issuer.sign(TokenIssuer.token());
            String bad = own.issuer.sign(TokenIssuer.token().inClaims("shop", "bank"));
            assertThat(own.send(good)).doesNotContain(signature(good));
            assertThat(own.send(bad)).doesNotContain(signature(bad));
            assertThat(own.origin.heads().toString()).doesNotContain("Authorization", signature(good));
            assertThat(own.records)
                    .hasSize(2)
                    .allSatisfy(record -> assertThat(record.explain() + record.principal() + record.failure())
                            .doesNotContain(signature(good), signature(bad)));
        }
    }

    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    static Stream<ForgedToken> goodTokens() {
        long now = Instant.now().getEpochSecond();
        ForgedToken token = TokenIssuer.token();
        return Stream.of(
                token,
                token.inHeader("at+jwt", "AT+JWT"),
                token.inClaims("\"shop\"", "[\"bank\",\"shop\"]"),
                token.inClaims("\"exp\":", "\"exp\":" + (now - 5) + ",\"was\":"),
                token.inClaims("\"exp\":", "\"exp\":" + (now + 60) + ".5,\"was\":"),
                token.inClaims("{", "{\"nbf\":" + (now + 5) + ','),
                token.inClaims("\"iat\":", "\"was\":"),
                token.inClaims("anna", "CN=Anna, O=Shop"),
                token.inClaims("{", "{\"other\":null,\"roles\":[{\"a\":1}],"));
    }

    @ParameterizedTest
    @MethodSource("goodTokens")
    void aGoodTokenEnters(ForgedToken token) throws Exception {
        assertThat(gate.send(gate.issuer.sign(token))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aTokenOfTheOtherAlgorithmEnters() throws Exception {
        String token = TokenIssuer.ecToken().signed("ES256", gate.issuer.ec.getPrivate());
        assertThat(gate.send(token)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void thePrincipalHasTheClaims() throws Exception {
        try (Gate own = new Gate()) {
            own.send(own.issuer.sign(TokenIssuer.token().inClaims("{", "{\"scope\":\"orders:read\",")));
            Principal principal = own.records.remove().principal();
            assertThat(principal).hasToString("anna");
            assertThat(principal.attributes()).containsEntry("scope", "orders:read");
            assertThat(principal.attributes().get("claims").toString()).contains("scope=orders:read", "exp=");
        }
    }

    @Test
    void aNewKeyCountsAtOnce() throws Exception {
        try (Gate own = new Gate()) {
            assertThat(own.status(own.issuer.sign(TokenIssuer.token()))).isEqualTo(200);
            KeyPair next = TokenIssuer.pair("RSA", 2048);
            String set = new JWKSet(TokenIssuer.rsa("next", next.getPublic()).build()).toString();
            own.issuer.answers(request -> ProxyResponse.of(200, set));
            ForgedToken token = TokenIssuer.token().inHeader("\"rsa\"", "\"next\"");
            assertThat(own.status(token.signed("RS256", next.getPrivate()))).isEqualTo(200);
            assertThat(own.issuer.asked()).isEqualTo(2);
            assertThat(own.status(own.issuer.sign(TokenIssuer.token())))
                    .as("a key that is withdrawn")
                    .isEqualTo(401);
        }
    }

    @Test
    void manyUnknownKeysAreFetchedOnce() throws Exception {
        try (Gate own = new Gate()) {
            for (int i = 0; i < 20; i++) {
                ForgedToken token = TokenIssuer.token().inHeader("\"rsa\"", "\"k" + i + '"');
                assertThat(own.status(own.issuer.sign(token))).isEqualTo(401);
            }
            assertThat(own.issuer.asked()).isEqualTo(2);
            assertThat(own.status(own.issuer.sign(TokenIssuer.token()))).isEqualTo(200);
        }
    }

    @Test
    void anOutageLaterChangesNothingForKnownKeys() throws Exception {
        try (Gate own = new Gate()) {
            assertThat(own.status(own.issuer.sign(TokenIssuer.token()))).isEqualTo(200);
            own.issuer.answers(request -> ProxyResponse.of(500));
            ForgedToken unknown = TokenIssuer.token().inHeader("\"rsa\"", "\"other\"");
            assertThat(own.status(own.issuer.sign(unknown))).isEqualTo(401);
            assertThat(own.issuer.asked()).isEqualTo(2);
            assertThat(own.status(own.issuer.sign(TokenIssuer.token()))).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"keys\":null}",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[null]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa\"}]}",
                "{\"keys\":[{\"kty\":\"XYZ\",\"kid\":\"rsa\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa\",\"n\":\"AQ\",\"e\":\"AQ\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"kid\":\"rsa\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"rsa\",\"k\":\"AAAA\"}]}",
                "<html>please log in</html>",
            })
    void keysThatAreNoneLetNobodyEnter(String set) throws Exception {
        assertNobodyEnters(request -> ProxyResponse.of(200, set));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 404, 429, 500, 503})
    void withAnotherStatusNobodyEnters(int status) throws Exception {
        String set = gate.issuer.keys().toString();
        assertNobodyEnters(request -> ProxyResponse.of(status, status == 204 ? "" : set));
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        assertNobodyEnters(request ->
                ProxyResponse.builder(302).header("Location", "/elsewhere").build());
    }

    @Test
    void keysThatAreTooLongLetNobodyEnter() throws Exception {
        String set = gate.issuer.keys().toString() + " ".repeat(64 * 1024);
        assertNobodyEnters(request -> ProxyResponse.of(200, set));
    }

    @Test
    void endlessKeysLetNobodyEnter() throws Exception {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };
        assertNobodyEnters(request ->
                ProxyResponse.builder(200).body(Body.of(endless, Body.UNKNOWN)).build());
    }

    @Test
    void keysThatDoNotComeLetNobodyEnter() throws Exception {
        InputStream silent = new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    end.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException stop) {
                    throw new IOException(stop);
                }
                return -1;
            }
        };
        assertNobodyEnters(request ->
                ProxyResponse.builder(200).body(Body.of(silent, Body.UNKNOWN)).build());
    }

    /** Also not with the third token, for which there is no fetch any more. */
    private void assertNobodyEnters(ProxyHandler keys) throws Exception {
        try (Gate own = new Gate()) {
            own.issuer.answers(keys);
            for (int i = 0; i < 3; i++) {
                assertThat(own.status(own.issuer.sign(TokenIssuer.token()))).isEqualTo(503);
            }
            assertThat(own.origin.heads()).isEmpty();
            assertThat(own.issuer.asked()).isEqualTo(2);
            assertThat(own.issuer.strangers()).isZero();
            end.countDown();
        }
    }
}
