package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Origins of HTTP/2 that are not written in Java: nghttpd of nghttp2, nginx, and Node.js, in clear. A test is skipped if its
 * origin is not installed.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OtherHttp2OriginsTest {
    private static final int LARGE = 20_000_000;
    private static final int AT_ONCE = 100;

    private static final String NODE = """
            const fs = require('fs');
            require('http2').createServer((request, response) => {
                const file = process.argv[2] + request.url;
                if (!fs.existsSync(file)) {
                    response.statusCode = 404;
                    response.end();
                } else {
                    fs.createReadStream(file).pipe(response);
                }
            }).listen(Number(process.argv[1]), '127.0.0.1');
            """;

    @TempDir
    private Path folder;

    private final Connector connector = Connector.builder().build();
    private final DirectTransport transport =
            DirectTransport.builder().connector(connector).build();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Process origin;
    private ProxyServer proxy;

    @AfterEach
    void close() {
        if (proxy != null) {
            proxy.close();
        }
        transport.close();
        if (origin != null) {
            origin.destroyForcibly();
        }
    }

    /** Where programs of servers are, also if they are not on the path of a user. */
    private static Optional<Path> program(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void start(String name) throws Exception {
        Optional<Path> program = program(name);
        assumeThat(program).as("%s is installed", name).isPresent();
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("hello"), "hello");
        Files.write(files.resolve("large"), new byte[LARGE]);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(program.get().toString()));
        command.addAll(
                switch (name) {
                    case "nghttpd" ->
                        List.of("--no-tls", "--address=127.0.0.1", "--htdocs=" + files, String.valueOf(port));
                    case "nginx" -> List.of("-p", folder.toString(), "-c", config(files, port), "-e", "stderr");
                    default -> List.of("-e", NODE, String.valueOf(port), files.toString());
                });
        origin = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        Awaited.isTrue(() -> listens(port));
        proxy = ProxyServer.builder()
                .transport(transport)
                .limits(Limits.builder().clientShare(1).build())
                .addRoute(
                        "/**",
                        transport.upstream(
                                "origin",
                                URI.create("http://127.0.0.1:" + port),
                                DirectTransport.OriginOptions.builder()
                                        .http2(true)
                                        .build()))
                .build()
                .start();
    }

    private String config(Path files, int port) throws IOException {
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        return Files.writeString(folder.resolve("nginx.conf"), user + """
                daemon off;
                pid %1$s/nginx.pid;
                events {}
                http {
                access_log off;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                server { listen 127.0.0.1:%2$d http2; root %3$s; }
                }
                """.formatted(folder, port, files))
                .toString();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private CompletableFuture<HttpResponse<byte[]>> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(proxy.uri().resolve(path)).build();
        return client.sendAsync(request, BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nghttpd", "nginx", "node"})
    void manyRequestsAndALargeBodyShareFewConnections(String name) throws Exception {
        start(name);
        List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
        all.add(get("/large"));
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(get("/hello"));
        }
        all.add(get("/none"));
        assertThat(all.get(0).get(60, TimeUnit.SECONDS).body()).hasSize(LARGE);
        for (int i = 1; i <= AT_ONCE; i++) {
            assertThat(all.get(i).get(60, TimeUnit.SECONDS).body()).asString().isEqualTo("hello");
        }
        assertThat(all.get(AT_ONCE + 1).get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
        assertThat(connector.statistics().opened()).isLessThanOrEqualTo(3);
    }
}
