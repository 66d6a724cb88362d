package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.WebSocketKey;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestAuthority;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients of HTTP/2 that are not written in Java, in clear and over TLS, through a reverse proxy to an origin of HTTP/1.1:
 * curl, nghttp and h2load of nghttp2, and Node.js. A test is skipped if its tool is not installed.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherHttp2ClientsTest {
    private static final Pattern KEY = Pattern.compile("\r\nSec-WebSocket-Key: (\\S+)\r\n");
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final int LARGE = 20_000_000;
    private static final byte[] CONTENT = new byte[LARGE];

    @TempDir
    private Path folder;

    private final List<ProxyServer> servers = new ArrayList<>();
    private ScriptedOrigin sockets;
    private String clear;
    private String secure;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        Files.write(folder.resolve("large"), CONTENT);
        sockets = ScriptedOrigin.start(OtherHttp2ClientsTest::socket);
        ProxyServer origin = started(ProxyServer.builder()
                .addRoute("/count", OtherHttp2ClientsTest::count)
                .addRoute("/early", request -> ProxyResponse.of(413, "too large"))
                .addRoute(
                        "/large",
                        request -> ProxyResponse.builder(200)
                                .body(Body.of(CONTENT))
                                .build())
                .addRoute("/**", request -> ProxyResponse.of(200, "hello")));
        String to = "http://127.0.0.1:" + origin.address().getPort();
        clear = "http://127.0.0.1:" + proxy(to, false).address().getPort();
        secure = "https://localhost:" + proxy(to, true).address().getPort();
    }

    @AfterEach
    void close() {
        for (int i = servers.size() - 1; i >= 0; i--) {
            servers.get(i).close();
        }
        sockets.close();
    }

    private ProxyServer proxy(String to, boolean tls) {
        ProxyServer.Builder builder = ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().priorKnowledge(true).build())
                        .build())
                .addRoute(Route.path("/own").to(request -> ProxyResponse.of(200, "own")))
                .addRoute(Route.path("/socket")
                        .allowUpgrade("websocket")
                        .to(ReverseProxy.to(sockets.uri().toString())))
                .addRoute(Route.path("/**").to(ReverseProxy.to(to)));
        return started(tls ? builder.tls(AUTHORITY.server("localhost")) : builder);
    }

    private ProxyServer started(ProxyServer.Builder builder) {
        ProxyServer server = builder.limits(
                        Limits.builder().clientShare(1).bodyBytes(2L * LARGE).build())
                .build()
                .start();
        servers.add(server);
        return server;
    }

    /** Agrees to a WebSocket, and answers to all that comes when that has ended. */
    private static void socket(RawConnection connection) throws IOException {
        Matcher key = KEY.matcher(connection.readHead());
        assertThat(key.find()).isTrue();
        connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketKey.accept(key.group(1)) + "\r\n\r\n");
        connection.write("got " + connection.readAll());
    }

    private static ProxyResponse count(ProxyRequest request) throws IOException {
        try (InputStream body = request.body().open()) {
            return ProxyResponse.of(200, body.transferTo(OutputStream.nullOutputStream()) + " bytes");
        }
    }

    private String run(String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("ends in time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private String versionOf(String... command) throws Exception {
        try {
            return run(command);
        } catch (IOException notThere) {
            return "";
        }
    }

    private String ofTool(String tool, String... arguments) throws Exception {
        assumeThat(versionOf(tool, "--version"))
                .as("%s is installed, with HTTP/2", tool)
                .contains("nghttp2/");
        List<String> command = new ArrayList<>(List.of(tool));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** The body, the version and the status. */
    private String curl(String... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("-q", "-sS", "--noproxy", "*", "--max-time", "60", "--cacert", "ca.pem"));
        all.addAll(List.of("-w", " %{http_version} %{http_code}"));
        all.addAll(List.of(arguments));
        return ofTool("curl", all.toArray(String[]::new));
    }

    /** Asks for a WebSocket once the settings allow it, says something, and ends its direction. */
    private static final String EXTENDED_CONNECT = """
            const http2 = require('http2');
            const session = http2.connect(process.argv[1], { rejectUnauthorized: false });
            session.on('error', e => { console.log('' + e); process.exit(1); });
            session.on('remoteSettings', settings => {
                if (!settings.enableConnectProtocol) {
                    throw new Error('no extended CONNECT');
                }
                const stream = session.request(
                    { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/socket', 'sec-websocket-version': '13' },
                    { endStream: false });
                stream.setEncoding('utf8');
                stream.on('response', headers => console.log(headers[':status']));
                stream.on('data', data => console.log(data));
                stream.on('end', () => session.close());
                stream.end('hello, socket');
            });
            """;

    @Test
    void nodeOpensATunnelToAWebSocket() throws Exception {
        assumeThat(versionOf("node", "--version")).as("Node.js is installed").startsWith("v");
        assertThat(run("node", "-e", EXTENDED_CONNECT, secure)).isEqualTo("200\ngot hello, socket\n");
        assertThat(run("node", "-e", EXTENDED_CONNECT, clear)).isEqualTo("200\ngot hello, socket\n");
    }

    @Test
    void curlGetsAPage() throws Exception {
        assertThat(curl("--http2-prior-knowledge", clear + "/")).isEqualTo("hello 2 200");
        assertThat(curl("--http2", secure + "/")).isEqualTo("hello 2 200");
        assertThat(curl("--http1.1", secure + "/")).isEqualTo("hello 1.1 200");
        assertThat(curl("--http2", clear + "/"))
                .as("no upgrade to it, but the page")
                .isEqualTo("hello 1.1 200");
    }

    @Test
    void curlUploads() throws Exception {
        assertThat(curl("--http2-prior-knowledge", "-T", "large", clear + "/count"))
                .isEqualTo(LARGE + " bytes 2 200");
        assertThat(curl("--http2", "-T", "large", secure + "/count")).isEqualTo(LARGE + " bytes 2 200");
        assertThat(curl("--http2", "-H", "Expect: 100-continue", "-T", "large", secure + "/count"))
                .isEqualTo(LARGE + " bytes 2 200");
        assertThat(curl("--http2", "-T", "large", secure + "/early")).isEqualTo("too large 2 413");
    }

    @Test
    void curlDownloads() throws Exception {
        assertThat(curl("--http2-prior-knowledge", "-o", "down", clear + "/large"))
                .isEqualTo(" 2 200");
        assertThat(folder.resolve("down")).hasBinaryContent(CONTENT);
        assertThat(curl("--http2", "-o", "down", secure + "/large")).isEqualTo(" 2 200");
        assertThat(folder.resolve("down")).hasBinaryContent(CONTENT);
        assertThat(curl("--http2", "-I", secure + "/large")).contains("content-length: " + LARGE);
    }

    @Test
    void nghttpGetsManyPagesOnOneConnection() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-n", "--stat"));
        for (int i = 0; i < 100; i++) {
            arguments.add(secure + "/own?" + i);
        }
        String told = ofTool("nghttp", arguments.toArray(String[]::new));
        assertThat(told.split(" 200 +3 /own", -1)).as(told).hasSize(101);
        assertThat(ofTool("nghttp", "-n", "--stat", clear + "/large")).containsPattern(" 200 +19M /large");
    }

    /** The second is as many streams as there may be at once, on a proxy that has only begun. */
    @ParameterizedTest
    @ValueSource(ints = {32, 100})
    void h2loadFailsNothing(int streams) throws Exception {
        for (String uri : List.of(clear + "/own", secure + "/")) {
            String told = ofTool("h2load", "-c8", "-m" + streams, "-n10000", uri);
            assertThat(told)
                    .contains("10000 total, 10000 started, 10000 done, 10000 succeeded, 0 failed, 0 errored")
                    .contains("status codes: 10000 2xx");
        }
    }
}
