package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import dev.sluice.proxy.wire.TestTls;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The JDK's HTTP client, through the proxy. */
class JdkClientTest {
    private final ForwardFixture fixture = new ForwardFixture();

    /** The JDK's client reads properties of the JVM at its first use, and other tests in this JVM need ours. */
    @BeforeAll
    static void setPropertiesOfTheJvm() {
        JdkTransport.hostHeaderAllowed();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static HttpClient.Builder through(ProxyServer server) {
        return HttpClient.newBuilder().proxy(ProxySelector.of(server.address()));
    }

    private static HttpResponse<String> get(HttpClient client, String uri) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String echoed(HttpClient client, URI uri) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(uri, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        answer.complete(text.toString());
                        from.request(1);
                        return null;
                    }

                    @Override
                    public void onError(WebSocket from, Throwable failure) {
                        answer.completeExceptionally(failure);
                    }
                })
                .get(10, TimeUnit.SECONDS);
        socket.sendText("hello, socket", true).get(10, TimeUnit.SECONDS);
        String text = answer.get(10, TimeUnit.SECONDS);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        return text;
    }

    @Test
    void itGetsPlainPages() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        HttpClient client = through(fixture.serve(fixture.anywhere())).build();

        assertThat(get(client, origin.uri() + "/").body()).isEqualTo("hello");
    }

    @Test
    void itGetsPagesOverTlsThroughATunnel() throws Exception {
        ProxyServer origin = fixture.tlsOrigin();
        ProxyServer server = fixture.serve(fixture.anywhere());
        HttpClient client =
                through(server).sslContext(TestTls.client("localhost")).build();

        assertThat(get(client, "https://localhost:" + origin.address().getPort() + "/")
                        .body())
                .isEqualTo("hello over TLS, GET");
    }

    @Test
    void itAnswersTheChallenge() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer server = fixture.serve(
                fixture.anywhere().authentication(BasicAuth.of("gate", Credentials.of("ann", "s:e:cret"))));
        HttpClient client = through(server)
                .authenticator(new Authenticator() {
                    @Override
                    protected PasswordAuthentication getPasswordAuthentication() {
                        assertThat(getRequestingPrompt()).isEqualTo("gate");
                        return new PasswordAuthentication("ann", "s:e:cret".toCharArray());
                    }
                })
                .build();

        assertThat(get(client, origin.uri() + "/").body()).isEqualTo("hello");
    }

    @Test
    void aWebSocketPassesTheForwardProxy() throws Exception {
        ScriptedOrigin origin = fixture.origin(new WebSocketOrigin());
        HttpClient client = through(fixture.serve(fixture.anywhere())).build();

        assertThat(echoed(
                        client, URI.create("ws://localhost:" + origin.address().getPort() + "/chat")))
                .isEqualTo("hello, socket");
        assertThat(fixture.records.awaitEnded(1).get(0).request())
                .as("the JDK's client opens a tunnel for it")
                .asString()
                .startsWith("CONNECT ");
    }

    @Test
    void aWebSocketPassesTheReverseProxy() throws Exception {
        ScriptedOrigin origin = fixture.origin(new WebSocketOrigin());
        ProxyServer server = fixture.start(ProxyServer.builder()
                .addRoute(Route.path("/chat")
                        .allowUpgrade("websocket")
                        .to(ReverseProxy.to(origin.uri().toString()))));

        assertThat(echoed(
                        HttpClient.newHttpClient(),
                        URI.create("ws://localhost:" + server.address().getPort() + "/chat")))
                .isEqualTo("hello, socket");
    }
}
