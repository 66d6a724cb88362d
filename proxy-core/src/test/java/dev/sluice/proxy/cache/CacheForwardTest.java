package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.forward.ParentProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cache of a forward proxy, together with who may use it and how it goes on. */
class CacheForwardTest {
    private static final String URL = "http://far.example/a";
    private static final String OPEN = "http://far.example/open";

    private final Cache cache = Cache.builder().build();

    /** The next server: a parent, which demands credentials if the path says so, and has a text for each of its users. */
    private final ScriptedOrigin parent;

    CacheForwardTest() throws IOException {
        parent = ScriptedOrigin.start(connection -> {
            String head = connection.readHead();
            String control = head.contains("/open") ? "public, max-age=600" : "max-age=600";
            int at = head.indexOf("Proxy-Authorization: ");
            String user = at < 0 ? "nobody" : head.substring(at + 21, head.indexOf('\r', at));
            boolean refused = head.contains("/closed") && at < 0;
            connection.write("HTTP/1.1 " + (refused ? "407 No" : "200 OK") + "\r\nCache-Control: " + control
                    + (refused ? "\r\nProxy-Authenticate: Basic realm=\"p\"" : "")
                    + "\r\nConnection: close\r\nContent-Length: " + user.length() + "\r\n\r\n" + user);
        });
    }

    @AfterEach
    void close() {
        parent.close();
        cache.close();
    }

    private ParentProxy parentProxy() {
        return ParentProxy.at(parent.uri().toString());
    }

    private ForwardProxy.Builder proxy(ParentProxy by) {
        return ForwardProxy.builder().addresses(AddressRule.ANY).parent(by).cache(cache);
    }

    private static TestClient client(ForwardProxy.Builder proxy) {
        return TestClient.of(Pipeline.builder().forward(proxy.build()).build());
    }

    /** What it gets is stored before the next one asks. */
    private TestResponse get(TestClient client, String url, String... fields) throws Exception {
        TestResponse response = client.send("GET", url, Headers.of(fields), new byte[0]);
        Awaited.isTrue(() -> cache.snapshot().fills() == 0);
        return response;
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aParentIsAskedOnce() throws Exception {
        TestClient client = client(proxy(parentProxy()));
        assertThat(get(client, URL).text()).isEqualTo("nobody");
        assertThat(get(client, URL).record().cache().hit()).isTrue();
        assertThat(get(client, "http://other.example/a").text()).isEqualTo("nobody");
        assertThat(parent.requests()).hasSize(2);
    }

    @Test
    void theProxysOwnCredentialsMakeNothingPrivate() throws Exception {
        TestClient client = client(proxy(parentProxy().withCredentials("me", "secret")));
        assertThat(get(client, URL).text()).isEqualTo(basic("me:secret"));
        assertThat(get(client, URL).record().cache().hit()).isTrue();
        assertThat(parent.requests()).hasSize(1);
    }

    /** The client's credentials go on to the parent: what they brought is not for others. */
    @Test
    void whatAClientGotByItsCredentialsAtTheParentIsForItAlone() throws Exception {
        TestClient client = client(proxy(parentProxy()));
        String anna = basic("anna:a");
        String bob = basic("bob:b");
        assertThat(get(client, URL, "Proxy-Authorization", anna).text()).isEqualTo(anna);
        assertThat(get(client, URL, "Proxy-Authorization", bob).text()).isEqualTo(bob);
        assertThat(get(client, URL).text()).isEqualTo("nobody");
        assertThat(get(client, URL).record().cache().hit()).isTrue();
        String closed = "http://far.example/closed";
        assertThat(get(client, closed, "Proxy-Authorization", anna).text()).isEqualTo(anna);
        assertThat(get(client, closed).status()).isEqualTo(407);
        assertThat(get(client, closed).status()).isEqualTo(407);
        assertThat(get(client, OPEN, "Proxy-Authorization", anna).text()).isEqualTo(anna);
        assertThat(get(client, OPEN, "Proxy-Authorization", bob)
                        .record()
                        .cache()
                        .hit())
                .isTrue();
    }

    @Test
    void whatAUserOfTheProxyGotIsForHimUnlessTheOriginSaysOtherwise() throws Exception {
        TestClient client = client(proxy(parentProxy().withCredentials("me", "secret"))
                .authentication(BasicAuth.of("gate", Credentials.of(Map.of("anna", "a", "bob", "b")))));
        String anna = basic("anna:a");
        String bob = basic("bob:b");
        assertThat(get(client, URL).status()).isEqualTo(407);
        assertThat(get(client, URL, "Proxy-Authorization", anna).status()).isEqualTo(200);
        assertThat(get(client, URL, "Proxy-Authorization", bob).record().cache().hit())
                .isFalse();
        assertThat(get(client, OPEN, "Proxy-Authorization", anna).status()).isEqualTo(200);
        assertThat(get(client, OPEN, "Proxy-Authorization", bob)
                        .record()
                        .cache()
                        .hit())
                .isTrue();
        assertThat(get(client, OPEN).status()).isEqualTo(407);
        assertThat(parent.requests()).hasSize(3);
    }

    @Test
    void whoMayNotEnterGetsNothingThatIsStored() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .addFilter(ClientAddresses.builder().allow("127.0.0.0/8").build())
                .forward(proxy(parentProxy())
                        .allowClients("127.0.0.0/8", "10.0.0.0/8")
                        .build())
                .build());
        assertThat(get(client, URL).status()).isEqualTo(200);
        assertThat(get(client, URL).record().cache().hit()).isTrue();
        for (String outside : new String[] {"10.0.0.1", "192.0.2.1"}) {
            TestResponse refused = get(client.from(new InetSocketAddress(outside, 4711)), URL);
            assertThat(refused.status()).isEqualTo(403);
        }
        assertThat(parent.requests()).hasSize(1);
    }

    @Test
    void aHostThatIsDeniedIsNotAnsweredFromWhatIsStored() throws Exception {
        TestClient client = client(proxy(parentProxy()));
        assertThat(get(client, URL).status()).isEqualTo(200);
        TestClient strict = client(proxy(parentProxy()).deny("far.example"));
        assertThat(get(strict, URL).status()).isEqualTo(403);
        assertThat(get(client, URL).record().cache().hit()).isTrue();
    }
}
