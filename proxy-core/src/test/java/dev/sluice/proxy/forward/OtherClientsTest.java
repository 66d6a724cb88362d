package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are not written in Java, through the proxy: curl, and Node.js with the packages {@code undici} and
 * {@code ws}. A test is skipped if its tool is not installed. Node looks for the packages, so {@code NODE_PATH} can
 * name a folder.
 */
class OtherClientsTest {
    private final ForwardFixture fixture = new ForwardFixture();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        fixture.close();
    }

    private String run(String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue() + " " + Files.readString(out, StandardCharsets.UTF_8);
    }

    private boolean runs(String... command) throws Exception {
        try {
            return run(command).startsWith("0 ");
        } catch (IOException notThere) {
            return false;
        }
    }

    private String curl(ProxyServer server, String... arguments) throws Exception {
        assumeThat(runs("curl", "--version")).as("curl is installed").isTrue();
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "--max-time", "15"));
        command.addAll(List.of("-x", "http://127.0.0.1:" + server.address().getPort()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private String node(String module, String script, String... arguments) throws Exception {
        assumeThat(runs("node", "-e", "require.resolve('" + module + "')"))
                .as("Node.js and its package %s are installed", module)
                .isTrue();
        List<String> command = new ArrayList<>(List.of("node", "-e", script));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    @Test
    void curlGetsAPlainPage() throws Exception {
        ScriptedOrigin origin = fixture.hello();

        assertThat(curl(fixture.serve(fixture.anywhere()), origin.uri() + "/")).isEqualTo("0 hello");
    }

    @Test
    void curlGetsAPageOverTls() throws Exception {
        ProxyServer origin = fixture.tlsOrigin();
        String uri = "https://localhost:" + origin.address().getPort() + "/";

        assertThat(curl(fixture.serve(fixture.anywhere()), uri)).isEqualTo("0 hello over TLS, GET");
    }

    @Test
    void curlPosts() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            connection.readHead();
            String body = connection.readExactly(5);
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
        });

        assertThat(curl(fixture.serve(fixture.anywhere()), "-d", "a=b&c", origin.uri() + "/"))
                .isEqualTo("0 a=b&c");
    }

    @Test
    void curlAuthenticates() throws Exception {
        ScriptedOrigin plain = fixture.hello();
        ProxyServer secure = fixture.tlsOrigin();
        ProxyServer server = fixture.serve(
                fixture.anywhere().authentication(BasicAuth.of("gate", Credentials.of("ann", "pässword"))));
        String[] uris = {
            plain.uri() + "/", "https://localhost:" + secure.address().getPort() + "/"
        };

        assertThat(curl(server, "-U", "ann:pässword", uris[0])).isEqualTo("0 hello");
        assertThat(curl(server, "-U", "ann:pässword", "--proxy-anyauth", uris[1]))
                .isEqualTo("0 hello over TLS, GET");
        assertThat(curl(server, "-U", "ann:wrong", "-o", "/dev/null", "-w", "%{http_code}", uris[0]))
                .isEqualTo("0 407");
        assertThat(curl(server, "-o", "/dev/null", "-w", "%{http_connect}", uris[1]))
                .endsWith("407");
    }

    @Test
    void undiciGetsPages() throws Exception {
        ScriptedOrigin plain = fixture.hello();
        ProxyServer secure = fixture.tlsOrigin();
        ProxyServer server = fixture.serve(fixture.anywhere());
        String script = """
                const { ProxyAgent, request } = require('undici');
                const [proxy, ...uris] = process.argv.slice(1);
                const dispatcher = new ProxyAgent({ uri: proxy, requestTls: { rejectUnauthorized: false } });
                (async () => {
                    const texts = [];
                    for (const uri of uris) {
                        const { body } = await request(uri, { dispatcher });
                        texts.push(await body.text());
                    }
                    console.log(texts.join(', '));
                    process.exit(0);
                })();
                """;

        assertThat(node(
                        "undici",
                        script,
                        "http://127.0.0.1:" + server.address().getPort(),
                        plain.uri() + "/",
                        "https://localhost:" + secure.address().getPort() + "/"))
                .isEqualTo("0 hello, hello over TLS, GET\n");
    }

    /** The client of {@code ws} over a request of Node's own HTTP client: through a CONNECT, or directly to the URL. */
    private static final String WS = """
            const WebSocket = require('ws');
            const http = require('http');
            const [url, proxy] = process.argv.slice(1);
            const talk = options => {
                const socket = new WebSocket(url, options);
                socket.on('open', () => socket.send('hello, socket'));
                socket.on('message', data => { console.log(data.toString()); socket.close(); });
                socket.on('close', () => process.exit(0));
            };
            if (!proxy) {
                talk({});
            } else {
                const [host, port] = proxy.split(':');
                http.request({ host, port, method: 'CONNECT', path: new URL(url).host })
                    .on('connect', (response, socket) => talk({ createConnection: () => socket }))
                    .end();
            }
            """;

    @Test
    void aWebSocketOfWsPassesTheForwardProxy() throws Exception {
        ScriptedOrigin origin = fixture.origin(new WebSocketOrigin());
        ProxyServer server = fixture.serve(fixture.anywhere());
        String url = "ws://localhost:" + origin.address().getPort() + "/";

        assertThat(node("ws", WS, url, "127.0.0.1:" + server.address().getPort()))
                .isEqualTo("0 hello, socket\n");
        assertThat(fixture.records.awaitEnded(1)).hasSize(1);
    }

    @Test
    void aWebSocketOfWsPassesTheReverseProxy() throws Exception {
        ScriptedOrigin origin = fixture.origin(new WebSocketOrigin());
        ProxyServer server = fixture.start(ProxyServer.builder()
                .addRoute(Route.path("/**")
                        .allowUpgrade("websocket")
                        .to(ReverseProxy.to(origin.uri().toString()))));

        assertThat(node("ws", WS, "ws://127.0.0.1:" + server.address().getPort() + "/"))
                .isEqualTo("0 hello, socket\n");
    }
}
