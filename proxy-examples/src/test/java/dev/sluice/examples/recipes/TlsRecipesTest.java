package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.examples.pages.ExampleKeys;
import dev.sluice.proxy.server.ProxyServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe for certificates by name, with handshakes of a real client. */
class TlsRecipesTest extends RecipeRun {
    @TempDir
    private static Path folder;

    private static ExampleKeys shop;
    private static ExampleKeys blog;
    private final TlsByName tls = new TlsByName();

    @BeforeAll
    static void makeCertificates() throws Exception {
        shop = ExampleKeys.make(folder, "shop.example");
        blog = ExampleKeys.make(folder, "blog.example");
    }

    @Test
    void eachHostHasItsCertificate() throws Exception {
        try (ProxyServer proxy = tls.start(0, one.url(), folder, List.of("shop.example", "blog.example"))) {
            assertThat(ask(proxy, "shop.example", shop)).endsWith("one GET /a");
            assertThat(ask(proxy, "blog.example", blog)).endsWith("one GET /a");
        }
    }

    @Test
    void aHostWithoutACertificateIsRefused() throws Exception {
        try (ProxyServer proxy = tls.start(0, one.url(), folder, List.of("shop.example"))) {
            assertThatThrownBy(() -> ask(proxy, "blog.example", blog)).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> ask(proxy, "127.0.0.1", shop)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aCertificateIsReplacedWhileTheServerRuns() throws Exception {
        Path renewed = Files.createDirectory(folder.resolve("renewed"));
        ExampleKeys first = ExampleKeys.make(renewed, "shop.example");
        try (ProxyServer proxy = tls.start(0, one.url(), renewed, List.of("shop.example"))) {
            ask(proxy, "shop.example", first);
            ExampleKeys second = ExampleKeys.make(renewed, "shop.example");
            tls.reload();
            assertThat(ask(proxy, "shop.example", second)).endsWith("one GET /a");
            assertThatThrownBy(() -> ask(proxy, "shop.example", first)).isInstanceOf(SSLException.class);
        }
    }

    /** Asks over a connection for this host, which must prove that it is that of these keys. */
    private static String ask(ProxyServer proxy, String host, ExampleKeys keys) throws Exception {
        SSLContext context = keys.client();
        Socket plain = new Socket(proxy.address().getAddress(), proxy.address().getPort());
        plain.setSoTimeout(10_000);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, host, proxy.address().getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            String request = "GET /a HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
