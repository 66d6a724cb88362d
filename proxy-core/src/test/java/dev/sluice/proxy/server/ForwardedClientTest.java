package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ForwardedClient;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The client behind a trusted proxy, in the record and so in the access log and on error pages. */
class ForwardedClientTest {
    private static final Headers SAID = Headers.of(
            "X-Forwarded-For", "203.0.113.7",
            "X-Forwarded-Proto", "https",
            "X-Forwarded-Host", "www.example.com",
            "X-Forwarded-Prefix", "/api");

    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final RecordingListener records = new RecordingListener();

    private ForwardedClient ask(Pipeline.Builder setup, String path) throws Exception {
        TestClient.of(setup.addListener(records).build())
                .from(new InetSocketAddress("10.0.0.1", 1234))
                .send("GET", path, SAID, new byte[0]);
        return records.awaitEnded(1).get(0).forwardedClient();
    }

    private static ForwardedClient said() throws Exception {
        return new ForwardedClient(
                InetAddress.getByName("203.0.113.7"), "https", Authority.parse("www.example.com"), "/api");
    }

    @Test
    void theClientNamedByAPeerThatTheServerTrustsIsInEveryRecord() throws Exception {
        Pipeline.Builder setup =
                Pipeline.builder().trust("10.0.0.0/8").addRoute("/a", request -> ProxyResponse.of(200));

        assertThat(ask(setup, "/none")).isEqualTo(said());
    }

    @Test
    void theClientNamedByAPeerThatAReverseProxyTrustsIsInTheRecord() throws Exception {
        Pipeline.Builder setup = Pipeline.builder()
                .addRoute(
                        "/a",
                        ReverseProxy.builder(origin)
                                .forwarding(
                                        Forwarding.builder().trust("10.0.0.0/8").build())
                                .build());

        assertThat(ask(setup, "/none")).isEqualTo(said());
    }

    @Test
    void aReverseProxyWithoutItsOwnRuleUsesTheServersTrust() throws Exception {
        Pipeline.Builder setup = Pipeline.builder().trust("10.0.0.0/8").addRoute("/**", origin);

        assertThat(ask(setup, "/a")).isEqualTo(said());
        Headers sent = origin.requests().get(0).headers();
        assertThat(sent.all("X-Forwarded-For")).containsExactly("203.0.113.7, 10.0.0.1");
        assertThat(sent.all("X-Forwarded-Proto")).containsExactly("https");
        assertThat(sent.all("X-Forwarded-Host")).containsExactly("www.example.com");
    }

    @Test
    void noPeerIsTrustedByDefault() throws Exception {
        ForwardedClient client = ask(Pipeline.builder().addRoute("/**", origin), "/a");

        assertThat(client.address()).isEqualTo(InetAddress.getByName("10.0.0.1"));
        assertThat(client.scheme()).isEqualTo("http");
        assertThat(client.prefix()).isEmpty();
        assertThat(origin.requests().get(0).headers().all("X-Forwarded-For")).containsExactly("10.0.0.1");
    }

    @Test
    void anErrorPageCanNameTheClient() throws Exception {
        Pipeline.Builder setup = Pipeline.builder()
                .trust("10.0.0.0/8")
                .onError((request, why) -> ProxyResponse.of(
                        why.status(),
                        String.valueOf(request.exchange()
                                .record()
                                .forwardedClient()
                                .address()
                                .getHostAddress())));

        assertThat(TestClient.of(setup.build())
                        .from(new InetSocketAddress("10.0.0.1", 1234))
                        .send("GET", "/", SAID, new byte[0])
                        .text())
                .isEqualTo("203.0.113.7");
    }
}
