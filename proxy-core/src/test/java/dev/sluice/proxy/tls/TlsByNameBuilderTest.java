package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsByNameBuilderTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsSettings SHOP = AUTHORITY.server("*.shop.example", "SHOP.example", "*.test");
    private static final TlsSettings BELOW = AUTHORITY.server("*.shop.example", "SHOP.example", "*.test");
    private static final TlsSettings REST = AUTHORITY.server("*.shop.example", "SHOP.example", "*.test");

    private static ServerTls.Builder names() {
        return ServerTls.byName().addName("Shop.Example.", SHOP).addName("*.shop.example", BELOW);
    }

    @Test
    void aNameGoesBeforeAWildcardAndThatBeforeTheRest() {
        ServerTls names =
                names().addName("admin.shop.example", REST).otherwise(REST).build();
        assertThat(names.settings("shop.example")).isSameAs(SHOP);
        assertThat(names.settings("a.shop.example")).isSameAs(BELOW);
        assertThat(names.settings("admin.shop.example")).isSameAs(REST);
        assertThat(names.settings("a.b.shop.example")).isSameAs(REST);
        assertThat(names.settings("example")).isSameAs(REST);
        assertThat(names.settings(null)).isSameAs(REST);
    }

    @Test
    void whoAsksForAnotherNameOrForNoneIsRefusedByDefault() {
        ServerTls names = names().build();
        assertThat(names.settings("other.example")).isNull();
        assertThat(names.settings(null)).isNull();
    }

    @Test
    void aWildcardIsNoNameOfOneLabel() {
        ServerTls names = ServerTls.byName().addName("*.test", SHOP).build();
        assertThat(names.settings("test")).isNull();
        assertThat(names.settings("a.test")).isSameAs(SHOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "*.", "a..b", "*.*.a", "a*.test", "127.0.0.1", "[::1]", "a.test:443", "ä.test", "a b"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> names().addName(name, SHOP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must be of a host, such as shop.example or *.shop.example, and no address: \"" + name
                        + "\"");
    }

    @Test
    void aNameIsAddedOnce() {
        assertThatThrownBy(() -> names().addName("SHOP.example", REST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name is added twice: \"SHOP.example\"");
    }

    @Test
    void aNameThatWasRefusedIsNotAdded() throws Exception {
        TlsSettings other = TlsSettings.builder()
                .addCertificate(AUTHORITY.certificate("b.test"))
                .build();
        TlsSettings right = TlsSettings.builder()
                .addCertificate(AUTHORITY.certificate("a.test"))
                .build();
        ServerTls.Builder names = ServerTls.byName();
        assertThatThrownBy(() -> names.addName("a.test", other)).hasMessageContaining("no certificate is for the name");
        assertThat(names.addName("a.test", right).build().settings("a.test")).isSameAs(right);
    }

    @Test
    void aCertificateIsForTheNameThatIsAdded(@TempDir Path folder) throws Exception {
        TlsCertificate certificate = AUTHORITY.certificate("a.test", "*.b.test", "127.0.0.1");
        TlsSettings tls = TlsSettings.builder().addCertificate(certificate).build();
        Path chain = Files.writeString(folder.resolve("chain.pem"), TestAuthority.chainPem(certificate));
        Path key = Files.writeString(folder.resolve("key.pem"), TestAuthority.keyPem(certificate));
        try (TlsFiles files = TlsFiles.builder().addPem(chain, key).build()) {
            for (String name : List.of("a.test", "A.test.", "*.b.test", "c.b.test")) {
                ServerTls.byName().addName(name, tls);
                ServerTls.byName().addName(name, files);
            }
            for (String name : List.of("b.test", "*.a.test", "d.c.b.test", "c.test", "*.test")) {
                String message = "no certificate is for the name \"" + name + "\", so every client would refuse it: ["
                        + certificate + "], whose subjectAltName has [a.test, *.b.test]";
                assertThatThrownBy(() -> ServerTls.byName().addName(name, tls)).hasMessage(message);
                assertThatThrownBy(() -> ServerTls.byName().addName(name, files))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("no certificate is for the name \"" + name + "\"");
                ServerTls.byName().addName(name, ServerTls.of(tls));
            }
        }
    }

    @Test
    void oneOfSeveralCertificatesIsEnough() {
        TlsSettings tls = TlsSettings.builder()
                .addCertificate(AUTHORITY.certificate("a.test"))
                .addCertificate(AUTHORITY.certificate("b.test"))
                .build();
        ServerTls.byName().addName("a.test", tls).addName("b.test", tls);
        assertThatThrownBy(() -> ServerTls.byName().addName("c.test", tls)).hasMessageEndingWith("[a.test, b.test]");
    }

    @Test
    void aServerNeedsACertificate() {
        TlsSettings none = TlsSettings.builder().build();
        String message = "tls of a server needs a certificate, see addCertificate: " + none;
        assertThatThrownBy(() -> ProxyServer.builder().tls(none)).hasMessage(message);
        assertThatThrownBy(() -> ServerTls.of(none)).hasMessage(message);
        assertThatThrownBy(() -> names().addName("bare.example", none)).hasMessage(message);
        assertThatThrownBy(() -> names().otherwise(none)).hasMessage(message);
    }

    @Test
    void settingsByNameNeedAName() {
        assertThatThrownBy(() -> ServerTls.byName().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("byName needs a name, see addName, or otherwise");
        assertThat(ServerTls.byName().otherwise(REST).build().settings("shop.example"))
                .isSameAs(REST);
    }
}
