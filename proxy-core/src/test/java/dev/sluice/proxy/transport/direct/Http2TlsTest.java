package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 over TLS: how client and server agree on it, what the JDK's client does with it, and what certificates mean. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2TlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final int LARGE = 5 * 1024 * 1024;

    private final CountDownLatch release = new CountDownLatch(1);
    private final BlockingQueue<ProxyRequest> requests = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        release.countDown();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    /** What the requests end at, without TLS and HTTP/2. */
    private ProxyServer origin() {
        return started(ProxyServer.builder()
                .limits(Limits.builder().clientShare(1).bodyBytes(2 * LARGE).build())
                .addRoute("/wait", this::waits)
                .addRoute("/count", Http2TlsTest::count)
                .addRoute(
                        "/large",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(new byte[LARGE]))
                                .build())
                .addRoute("/204", request -> ProxyResponse.builder(204).build())
                .addRoute(
                        "/moved",
                        request -> ProxyResponse.builder(302)
                                .header("Location", "/elsewhere")
                                .build())
                .addRoute("/**", this::hello));
    }

    private ProxyResponse hello(ProxyRequest request) {
        requests.add(request);
        return ProxyResponse.of(200, "hello " + request.target().path());
    }

    private ProxyResponse waits(ProxyRequest request) throws InterruptedException {
        requests.add(request);
        release.await();
        return ProxyResponse.of(200, "waited");
    }

    private static ProxyResponse count(ProxyRequest request) throws IOException {
        try (InputStream body = request.body().open()) {
            return ProxyResponse.of(200, String.valueOf(body.transferTo(java.io.OutputStream.nullOutputStream())));
        }
    }

    private ProxyServer started(ProxyServer.Builder builder) {
        ProxyServer server = builder.drain(Duration.ofSeconds(20)).build().start();
        open.add(server);
        return server;
    }

    private ProxyServer proxy() {
        return proxy(AUTHORITY.server("localhost"), builder -> builder);
    }

    private ProxyServer proxy(TlsSettings tls, UnaryOperator<DirectTransport.Builder> transport) {
        return proxy(name -> tls, transport);
    }

    private ProxyServer proxy(ServerTls tls, UnaryOperator<DirectTransport.Builder> transport) {
        String to = "http://127.0.0.1:" + origin().address().getPort();
        return started(ProxyServer.builder()
                .transport(transport.apply(DirectTransport.builder()).build())
                .tls(tls)
                .limits(Limits.builder().clientShare(1).bodyBytes(2 * LARGE).build())
                .addRoute(Route.path("/own").to(this::waits))
                .addRoute(Route.path("/who").to(Http2TlsTest::who))
                .addRoute(Route.path("/**").to(ReverseProxy.to(to))));
    }

    private static ProxyResponse who(ProxyRequest request) {
        X509Certificate shown = request.exchange().client().certificate();
        return ProxyResponse.of(
                200, shown == null ? "nobody" : shown.getSubjectX500Principal().getName());
    }

    private static HttpClient jdk() {
        return HttpClient.newBuilder()
                .sslContext(AUTHORITY.client().context())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private static HttpRequest.Builder to(ProxyServer server, String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://localhost:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(60));
    }

    private ProxyRequest served() throws InterruptedException {
        ProxyRequest next = requests.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static HttpResponse<String> get(HttpClient client, ProxyServer server, String path) throws Exception {
        return client.send(to(server, path).build(), BodyHandlers.ofString());
    }

    private static void requireHttp2(HttpResponse<?> response) {
        assertThat(response.version()).isEqualTo(Version.HTTP_2);
    }

    @Test
    void theJdksClientSpeaksIt() throws Exception {
        ProxyServer proxy = proxy();
        HttpResponse<String> response = get(jdk(), proxy, "/a?b=c");
        requireHttp2(response);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello /a");
        assertThat(response.headers().firstValue("content-length")).contains("8");
    }

    @Test
    void manyRequestsAreServedAtOnceOnOneConnection() throws Exception {
        ProxyServer proxy = proxy();
        HttpClient client = jdk();
        requireHttp2(get(client, proxy, "/first"));
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            all.add(client.sendAsync(to(proxy, "/own").build(), BodyHandlers.ofString()));
        }
        all.add(client.sendAsync(to(proxy, "/own").build(), BodyHandlers.ofString()));
        served();
        List<ProxyRequest> together = new ArrayList<>();
        while (together.size() < 100) {
            together.add(served());
        }
        assertThat(together.stream()
                        .map(each -> each.exchange().client().address())
                        .distinct())
                .hasSize(1);
        release.countDown();
        for (CompletableFuture<HttpResponse<String>> each : all) {
            HttpResponse<String> response = each.get(20, TimeUnit.SECONDS);
            requireHttp2(response);
            assertThat(response.body()).isEqualTo("waited");
        }
    }

    @Test
    void largeBodiesGoUpAndDown() throws Exception {
        ProxyServer proxy = proxy();
        HttpClient client = jdk();
        HttpResponse<String> up = client.send(
                to(proxy, "/count")
                        .POST(BodyPublishers.ofByteArray(new byte[LARGE]))
                        .build(),
                BodyHandlers.ofString());
        requireHttp2(up);
        assertThat(up.body()).isEqualTo(String.valueOf(LARGE));
        HttpResponse<String> unknown = client.send(
                to(proxy, "/count")
                        .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(new byte[LARGE])))
                        .build(),
                BodyHandlers.ofString());
        assertThat(unknown.body()).isEqualTo(String.valueOf(LARGE));
        HttpResponse<byte[]> down = client.send(to(proxy, "/large").build(), BodyHandlers.ofByteArray());
        requireHttp2(down);
        assertThat(down.body()).hasSize(LARGE);
    }

    @Test
    void responsesWithoutABodyAndRedirectsComeAsTheyAre() throws Exception {
        ProxyServer proxy = proxy();
        HttpClient client = jdk();
        HttpResponse<String> head = client.send(
                to(proxy, "/large").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        requireHttp2(head);
        assertThat(head.headers().firstValue("content-length")).contains(String.valueOf(LARGE));
        assertThat(head.body()).isEmpty();
        HttpResponse<String> none = get(client, proxy, "/204");
        assertThat(none.statusCode()).isEqualTo(204);
        assertThat(none.headers().firstValue("content-length")).isEmpty();
        HttpResponse<String> moved = get(client, proxy, "/moved");
        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(moved.headers().firstValue("location")).contains("/elsewhere");
    }

    @Test
    void aRequestThatTheClientGivesUpIsCancelled() throws Exception {
        ProxyServer proxy = proxy();
        HttpClient client = jdk();
        requireHttp2(get(client, proxy, "/"));
        served();
        CompletableFuture<HttpResponse<String>> pending =
                client.sendAsync(to(proxy, "/own").build(), BodyHandlers.ofString());
        ProxyRequest request = served();
        pending.cancel(true);
        Awaited.isTrue(() -> request.exchange().cancelled() == Outcome.CLIENT_LEFT);
        assertThat(get(client, proxy, "/again").body()).isEqualTo("hello /again");
    }

    /** The client of an older JDK gives up all that it has begun when it is told to begin nothing more (JDK-8335181). */
    @Test
    void closingFailsNothingThatHasBegun() throws Exception {
        assumeThat(Runtime.version().feature()).as("the JDK's version").isGreaterThanOrEqualTo(24);
        ProxyServer first = proxy();
        int port = first.address().getPort();
        HttpClient client = jdk();
        requireHttp2(get(client, first, "/"));
        served();
        List<CompletableFuture<HttpResponse<String>>> begun = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            begun.add(client.sendAsync(to(first, i % 2 == 0 ? "/own" : "/wait").build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 20; i++) {
            served();
        }
        Thread closing = new Thread(first::close);
        closing.start();
        Awaited.refusal(first.address());
        release.countDown();
        for (CompletableFuture<HttpResponse<String>> each : begun) {
            assertThat(each.get(20, TimeUnit.SECONDS).body()).isEqualTo("waited");
        }
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
        ProxyServer second = started(ProxyServer.builder()
                .port(port)
                .tls(AUTHORITY.server("localhost"))
                .addRoute("/**", this::hello));
        HttpResponse<String> after = get(client, second, "/after");
        requireHttp2(after);
        assertThat(after.body()).isEqualTo("hello /after");
    }

    /** A TLS connection that offers these protocols, and asks for a name. */
    private SSLSocket connect(ProxyServer server, TlsSettings tls, String sni, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) tls.context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        open.add(socket);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(sni)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private SSLSocket connect(ProxyServer server, String... protocols) throws Exception {
        return connect(server, AUTHORITY.client(), "localhost", protocols);
    }

    private static String http1(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void requireHttp1(SSLSocket socket, String agreed) throws IOException {
        assertThat(socket.getApplicationProtocol()).isEqualTo(agreed);
        assertThat(http1(socket)).startsWith("HTTP/1.1 200 ").contains("hello /");
    }

    private void requireHttp2(SSLSocket socket) throws Exception {
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        Http2Client client = Http2Client.of(socket);
        client.headers(1, true, https("GET", "/", "localhost"));
        assertThat(client.body(1)).startsWith(":status: 200\n").contains("hello /");
    }

    private static String[] https(String method, String path, String authority) {
        return new String[] {":method", method, ":scheme", "https", ":path", path, ":authority", authority};
    }

    @Test
    void clientsThatDoNotOfferItGetHttp11() throws Exception {
        ProxyServer proxy = proxy();
        requireHttp1(connect(proxy, "http/1.1"), "http/1.1");
        requireHttp1(connect(proxy), "");
        requireHttp2(connect(proxy, "http/1.1", "h2"));
        assertThatThrownBy(() -> connect(proxy, "spdy/3")).isInstanceOf(IOException.class);
    }

    @Test
    void itNeedNotBeOffered() throws Exception {
        ProxyServer proxy = proxy(
                AUTHORITY.server("localhost"),
                builder -> builder.http2(Http2.builder().alpn(false).build()));
        requireHttp1(connect(proxy, "h2", "http/1.1"), "");
        assertThat(get(jdk(), proxy, "/").version()).isEqualTo(Version.HTTP_1_1);
    }

    @Test
    void protocolsOfTheTlsSettingsCount() throws Exception {
        TlsSettings old = AUTHORITY.server("localhost").toBuilder()
                .applicationProtocols("http/1.1")
                .build();
        requireHttp1(connect(proxy(old, builder -> builder), "h2", "http/1.1"), "http/1.1");
        TlsSettings only = old.toBuilder().applicationProtocols("h2").build();
        ProxyServer proxy = proxy(only, builder -> builder);
        requireHttp2(connect(proxy, "h2", "http/1.1"));
        assertThatThrownBy(() -> connect(proxy, "http/1.1")).isInstanceOf(IOException.class);
    }

    @Test
    void eachStreamMustBeForANameOfTheConnection() throws Exception {
        TlsSettings same = AUTHORITY.server("a.test", "b.test");
        TlsSettings secret = AUTHORITY.server("secret.test").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(ClientCertificate.REQUIRED)
                .build();
        ServerTls names = ServerTls.byName()
                .addName("a.test", same)
                .addName("b.test", same)
                .addName("secret.test", secret)
                .build();
        ProxyServer proxy = proxy(names, builder -> builder);
        SSLSocket socket = connect(proxy, AUTHORITY.client(), "a.test", "h2");
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=a.test");
        Http2Client client = Http2Client.of(socket);
        client.headers(1, true, https("GET", "/who", "a.test"));
        assertThat(client.body(1)).startsWith(":status: 200\n").endsWith("nobody");
        client.headers(3, true, https("GET", "/who", "secret.test"));
        assertThat(client.body(3)).startsWith(":status: 421\n");
        client.headers(5, true, https("GET", "/who", "SECRET.test.:443"));
        assertThat(client.body(5)).startsWith(":status: 421\n");
        client.headers(7, true, https("GET", "/who", "nobody.test"));
        assertThat(client.body(7)).startsWith(":status: 421\n");
        client.headers(9, true, https("GET", "/who", "b.test"));
        assertThat(client.body(9)).startsWith(":status: 200\n").endsWith("nobody");
    }

    @Test
    void aClientsCertificateReachesEachRequest() throws Exception {
        TlsCertificate ann = AUTHORITY.certificate("ann");
        TlsSettings tls = AUTHORITY.server("localhost").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(ClientCertificate.WANTED)
                .build();
        ProxyServer proxy = proxy(tls, builder -> builder);
        TlsSettings own = AUTHORITY.client().toBuilder().addCertificate(ann).build();
        HttpClient client = HttpClient.newBuilder().sslContext(own.context()).build();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = get(client, proxy, "/who");
            requireHttp2(response);
            assertThat(response.body()).isEqualTo("CN=ann");
        }
        assertThat(get(jdk(), proxy, "/who").body()).isEqualTo("nobody");
    }
}
