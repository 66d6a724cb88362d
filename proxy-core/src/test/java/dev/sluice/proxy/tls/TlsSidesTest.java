package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.forward.ParentProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An option that only the other side can use is refused, and not ignored. */
class TlsSidesTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final URI ORIGIN = URI.create("https://origin.test");

    @TempDir
    private Path folder;

    private static TlsSettings.Builder server() {
        return TlsSettings.builder().addCertificate(AUTHORITY.certificate("a.test"));
    }

    private static void refused(ThrowingCallable call, String part) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(part);
    }

    @Test
    void aServerHasNoOptionOfAClient() {
        Map<String, Consumer<TlsSettings.Builder>> wrong = Map.of(
                "serverName,", tls -> tls.serverName("b.test"),
                "serverNameFromHost,", tls -> tls.serverNameFromHost(true),
                "checkName,", tls -> tls.checkName(false),
                "trust without clientCertificate", tls -> tls.trust(AUTHORITY.trust()));
        wrong.forEach((option, set) -> {
            TlsSettings.Builder builder = server();
            set.accept(builder);
            TlsSettings tls = builder.build();
            String message = "tls of a server cannot have " + option;
            refused(() -> ProxyServer.builder().tls(tls), message);
            refused(() -> ServerTls.of(tls), message);
            refused(() -> ServerTls.byName().addName("a.test", tls), message);
            refused(() -> ServerTls.byName().otherwise(tls), message);
        });
    }

    @Test
    void norHaveItsFiles() throws Exception {
        TlsCertificate certificate = AUTHORITY.certificate("a.test");
        Path chain = Files.writeString(folder.resolve("chain.pem"), TestAuthority.chainPem(certificate));
        Path key = Files.writeString(folder.resolve("key.pem"), TestAuthority.keyPem(certificate));
        Path ca = Files.writeString(folder.resolve("ca.pem"), AUTHORITY.pem());
        Map<String, TlsFiles.Builder> wrong = Map.of(
                "tls of a server cannot have trust without clientCertificate",
                TlsFiles.builder().addPem(chain, key).trust(ca),
                "tls of a server needs a certificate",
                TlsFiles.builder().trust(ca));
        wrong.forEach((message, builder) -> {
            try (TlsFiles files = builder.build()) {
                refused(() -> ProxyServer.builder().tls(files), message);
                refused(() -> ServerTls.byName().addName("a.test", files), message);
                refused(() -> ServerTls.byName().otherwise(files), message);
            }
        });
    }

    @Test
    void anOriginIsNotAskedForWhatIsAskedOfClients() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setWantClientAuth(true);
        List<TlsSettings> wrong = List.of(
                server().trust(AUTHORITY.trust())
                        .clientCertificate(ClientCertificate.WANTED)
                        .build(),
                TlsSettings.of(SSLContext.getDefault(), parameters));
        for (TlsSettings tls : wrong) {
            String message = "tls to an origin cannot have clientCertificate WANTED";
            refused(() -> Connector.builder().tls(tls), message);
            refused(() -> DirectTransport.shared().upstream("o", ORIGIN, tls), message);
            refused(() -> JdkTransport.builder().tls(tls), message);
            refused(() -> JdkTransport.shared().upstream("o", ORIGIN, tls), message);
            ParentProxy parent = ParentProxy.at("https://parent.test").withTls(tls);
            refused(() -> ForwardProxy.builder().parent(parent).build(), message);
        }
    }

    @Test
    void whatAServerWantsOfItsClientsCanBeRead() throws Exception {
        for (ClientCertificate wanted : ClientCertificate.values()) {
            TlsSettings tls =
                    server().trust(AUTHORITY.trust()).clientCertificate(wanted).build();
            assertThat(tls.clientCertificate()).isEqualTo(wanted);
        }
        assertThat(TlsSettings.of(SSLContext.getDefault()).clientCertificate()).isEqualTo(ClientCertificate.NONE);
    }
}
