package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.examples.pages.ExampleKeys;
import dev.sluice.proxy.server.ProxyServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        use("shop.example", shop);
        use("blog.example", blog);
        try (ProxyServer proxy = tls.start(0, one.url())) {
            assertThat(ask(proxy, "shop.example", shop)).endsWith("one GET /a");
            assertThat(ask(proxy, "blog.example", blog)).endsWith("one GET /a");
        }
    }

    @Test
    void aHostWithoutACertificateIsRefused() throws Exception {
        use("shop.example", shop);
        try (ProxyServer proxy = tls.start(0, one.url())) {
            assertThatThrownBy(() -> ask(proxy, "blog.example", blog)).isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> ask(proxy, "127.0.0.1", shop)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aCertificateIsReplacedWhileTheServerRuns() throws Exception {
        Path renewed = Files.createDirectory(folder.resolve("renewed"));
        use("shop.example", shop);
        try (ProxyServer proxy = tls.start(0, one.url())) {
            ask(proxy, "shop.example", shop);
            ExampleKeys other = ExampleKeys.make(renewed, "shop.example");
            use("shop.example", other);
            assertThat(ask(proxy, "shop.example", other)).endsWith("one GET /a");
            assertThatThrownBy(() -> ask(proxy, "shop.example", shop)).isInstanceOf(SSLException.class);
        }
    }

    private void use(String host, ExampleKeys keys) throws Exception {
        tls.certificate(host, keys.store().toFile(), "changeit".toCharArray());
    }

    /** Sends a request for this host over a new connection. The server must prove that it has these keys. */
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
