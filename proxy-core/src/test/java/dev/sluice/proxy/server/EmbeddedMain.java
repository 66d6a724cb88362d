package dev.sluice.proxy.server;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An application that has the library in its own class loader: it serves, and closes everything. */
public final class EmbeddedMain implements Consumer<String> {
    /**
     * A separate process makes the keys. The JDK's thread that waits for it keeps the class loader of the thread that
     * starts it.
     */
    private static SSLContext keys() throws Exception {
        Thread own = Thread.currentThread();
        ClassLoader before = own.getContextClassLoader();
        own.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            return TestTls.server("localhost");
        } finally {
            own.setContextClassLoader(before);
        }
    }

    @Override
    public void accept(String kind) {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    for (int i = 0; i < 2; i++) {
                        connection.readHead();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
                    }
                    connection.readAll();
                });
                DirectTransport own = DirectTransport.builder().build()) {
            ProxyServer.Builder builder = ProxyServer.builder();
            String url = origin.uri().toString();
            switch (kind) {
                case "own" -> builder.transport(own).addRoute("/**", ReverseProxy.to(own.upstream("o", origin.uri())));
                case "shared" ->
                    builder.transport(DirectTransport.shared())
                            .addRoute(
                                    "/**",
                                    ReverseProxy.to(DirectTransport.shared().upstream("o", origin.uri())));
                case "exit" -> builder.closeOnExit(true).addRoute("/**", ReverseProxy.to(url));
                case "upgrade" ->
                    builder.addRoute(Route.path("/**").allowUpgrade("websocket").to(ReverseProxy.to(url)));
                case "readings" ->
                    builder.addRoute("/admin/**", request -> ProxyResponse.of(403))
                            .addRoute("/**", ReverseProxy.to(url));
                case "tls" -> builder.tls(keys()).addRoute("/**", ReverseProxy.to(url));
                default -> builder.addRoute("/**", ReverseProxy.to(url));
            }
            ProxyServer server = builder.addFilter((request, next) -> {
                        ProxyResponse response = next.handle(request);
                        return response.toBuilder().header("X-Kind", kind).build();
                    })
                    .build();
            if (kind.equals("files")) {
                readFiles();
            }
            if (kind.equals("tls")) {
                serveTls(server, TestTls.client("localhost"));
            } else {
                serve(server);
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Reads certificates from files, and looks at them again. */
    private static void readFiles() throws Exception {
        TlsCertificate certificate = TestAuthority.create().certificate("a.test");
        Path file = Files.createTempFile("embedded", ".pem");
        try {
            Files.writeString(file, TestAuthority.keyPem(certificate) + TestAuthority.chainPem(certificate));
            try (TlsFiles files = TlsFiles.builder().addPem(file, file).build()) {
                files.reload();
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void serveTls(ProxyServer closed, SSLContext trust) throws Exception {
        try (ProxyServer server = closed.start();
                SSLSocket client = (SSLSocket) trust.getSocketFactory()
                        .createSocket("localhost", server.address().getPort())) {
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (!answer.endsWith("here")) {
                throw new IllegalStateException(answer);
            }
        }
    }

    private static void serve(ProxyServer closed) throws Exception {
        try (ProxyServer server = closed.start();
                RawConnection client = RawConnection.connect(server.address())) {
            for (int i = 0; i < 2; i++) {
                client.write("GET //a HTTP/1.1\r\nHost: a.test\r\n\r\n");
                String head = client.readHead();
                if (!head.startsWith("HTTP/1.1 200 ") || !client.readExactly(4).equals("here")) {
                    throw new IllegalStateException(head);
                }
            }
        }
    }
}
