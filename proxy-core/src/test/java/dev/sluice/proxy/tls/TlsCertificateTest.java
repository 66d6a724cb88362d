package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.pem.PemFile;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsCertificateTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void filesAreReadAsTheyWereWritten() throws Exception {
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
            TlsCertificate issued = AUTHORITY
                    .intermediate()
                    .issue("a.test")
                    .algorithm(algorithm)
                    .build();
            Path chain = file("chain.pem", TestAuthority.chainPem(issued));
            Path key = file("key.pem", TestAuthority.keyPem(issued));

            TlsCertificate read = TlsCertificate.pem(chain, key);

            assertThat(read.chain()).hasSize(2).isEqualTo(issued.chain());
            assertThat(read.key()).isEqualTo(issued.key());
            assertThat(read.expiresAt()).isEqualTo(issued.expiresAt());
            assertThat(read).asString().startsWith("TlsCertificate[CN=a.test, until ");
        }
    }

    @Test
    void bothMayBeInOneFile() throws Exception {
        TlsCertificate issued = AUTHORITY.certificate("a.test");
        Path both = file("both.pem", TestAuthority.keyPem(issued) + TestAuthority.chainPem(issued));
        assertThat(TlsCertificate.pem(both, both).key()).isEqualTo(issued.key());
    }

    @Test
    void theKeyBelongsToTheFirstCertificate() throws Exception {
        TlsCertificate issued = AUTHORITY.intermediate().certificate("a.test");
        Path chain = file("chain.pem", TestAuthority.chainPem(issued));
        Path other = file("other.pem", TestAuthority.keyPem(AUTHORITY.certificate("b.test")));
        Path rsa = file(
                "rsa.pem",
                TestAuthority.keyPem(AUTHORITY.issue("b.test").algorithm("RSA").build()));
        Path key = file("key.pem", TestAuthority.keyPem(issued));
        String[] blocks = TestAuthority.chainPem(issued).split("(?<=-----END CERTIFICATE-----\n)");
        Path reversed = file("reversed.pem", blocks[1] + blocks[0]);

        String first = chain + ", block 1 (CERTIFICATE)";
        refused(
                () -> TlsCertificate.pem(chain, other),
                other + " does not belong to the certificate " + first + ": CN=a.test");
        refused(
                () -> TlsCertificate.pem(chain, rsa),
                rsa + " does not belong to the certificate " + first + ": CN=a.test");
        refused(
                () -> TlsCertificate.pem(reversed, key),
                key + " belongs to " + reversed + ", block 2 (CERTIFICATE): the chain is out of order, that certificate"
                        + " must be the first");
    }

    @Test
    void eachCertificateIsIssuedByTheNext() throws Exception {
        TestAuthority middle = AUTHORITY.intermediate();
        TlsCertificate issued = middle.intermediate().certificate("a.test");
        String[] blocks = TestAuthority.chainPem(issued).split("(?<=-----END CERTIFICATE-----\n)");
        Path key = file("key.pem", TestAuthority.keyPem(issued));
        Path gap = file("gap.pem", blocks[0] + blocks[2]);
        Path sameName = file("same-name.pem", blocks[0] + middle.intermediate().pem());
        Path withRoot = file("root.pem", blocks[0] + blocks[1] + blocks[2] + AUTHORITY.pem());

        refused(
                () -> TlsCertificate.pem(gap, key),
                gap
                        + ", block 1 (CERTIFICATE) was not issued by the one after it: CN=Intermediate of Intermediate of Test"
                        + " Authority is wanted, CN=Intermediate of Test Authority follows; the chain is out of order, or"
                        + " one is missing");
        assertThatThrownBy(() -> TlsCertificate.pem(sameName, key))
                .hasMessageStartingWith(sameName + ", block 1 (CERTIFICATE) was not issued by the one after it");
        assertThat(TlsCertificate.pem(withRoot, key).chain()).hasSize(4);
    }

    @Test
    void whatIsNotValidNowIsRefused() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant before = now.minusSeconds(3600);
        Instant after = now.plusSeconds(3600);
        TlsCertificate old = AUTHORITY
                .issue("a.test")
                .from(before.minusSeconds(1))
                .until(before)
                .build();
        TlsCertificate early = AUTHORITY
                .issue("a.test")
                .from(after)
                .until(after.plusSeconds(1))
                .build();

        assertThatThrownBy(() -> TlsCertificate.pem(
                        file("old.pem", TestAuthority.chainPem(old)), file("key.pem", TestAuthority.keyPem(old))))
                .hasMessageStartingWith(folder.resolve("old.pem") + ", block 1 (CERTIFICATE) expired at " + before);
        assertThatThrownBy(() -> TlsCertificate.of(early.key(), early.chain()))
                .hasMessageStartingWith("certificate 1 is not valid before " + after);
        assertThat(TlsCertificate.of(early.key(), early.chain(), after)).isNotNull();
    }

    @Test
    void aKeyStoreHasTheKeyWithItsChain() throws Exception {
        TlsCertificate one = AUTHORITY.intermediate().certificate("one.test");
        TlsCertificate two = AUTHORITY.certificate("two.test");
        Path single = store("single.p12", one);
        Path both = store("both.p12", one, two);

        assertThat(TlsCertificate.keyStore(single, PASSWORD).chain()).isEqualTo(one.chain());
        assertThat(TlsCertificate.keyStore(both, PASSWORD, "1").key()).isEqualTo(two.key());
        refused(() -> TlsCertificate.keyStore(both, PASSWORD), both + " has more than one key, name one of [0, 1]");
        refused(() -> TlsCertificate.keyStore(both, PASSWORD, "2"), both + " has no private key \"2\", only [0, 1]");
        refused(
                () -> TlsCertificate.keyStore(store("empty.p12"), PASSWORD),
                folder.resolve("empty.p12") + " has no private key");
        assertThatThrownBy(() -> TlsCertificate.keyStore(single, "wrong".toCharArray()))
                .hasMessageStartingWith(single + " is not a key store, or the password is wrong: ");
        Path missing = folder.resolve("missing.p12");
        refused(() -> TlsCertificate.keyStore(missing, PASSWORD), missing + " does not exist");
    }

    @Test
    void aKeyStoreWithoutTheKeysCertificateIsRefused() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String pem = Files.readString(openssl("ec-pbes2"));
        store.setKeyEntry("a", Base64.getMimeDecoder().decode(pem.replaceAll("-----.*", "")), null);
        Path file = folder.resolve("key.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        refused(() -> TlsCertificate.keyStore(file, PASSWORD), file + ", key \"a\" has no certificate");
        Path empty = file("empty.p12", "");
        assertThatThrownBy(() -> TlsCertificate.keyStore(empty, PASSWORD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(empty + " is not a key store, or the password is wrong: ")
                .hasMessageNotContaining("null");
        assertThatThrownBy(() -> TlsCertificate.keyStore(file, null)).hasMessage("password");
    }

    private static Path openssl(String name) throws Exception {
        return Path.of(PemFile.class.getResource(name + ".pem").toURI());
    }

    @Test
    void aKeyMayAllowOnlySomeParametersOfPss() throws Exception {
        Path both = openssl("rsa-pss-sha256");
        assertThat(TlsCertificate.pem(both, both).key().getAlgorithm()).isEqualTo("RSASSA-PSS");
    }

    @Test
    void aKeyOfRsaThatIsTooShortForAnyHandshakeIsRefused() throws Exception {
        Path both = openssl("rsa-512");
        refused(
                () -> TlsCertificate.pem(both, both),
                both + ", block 2 (CERTIFICATE) has a key of RSA with 512 bits, no handshake accepts less than 1024");
    }

    @Test
    void aKeyThatTheJvmCannotUseIsNotSaidToBeAnother() throws Exception {
        Path both = openssl("ec-secp256k1");
        assertThatThrownBy(() -> TlsCertificate.pem(both, both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(both + " cannot be used by this JVM: ");
    }

    @Test
    void aCertificateIsOnlyOnceInAChain() {
        TlsCertificate issued = AUTHORITY.certificate("a.test");
        List<X509Certificate> chain = List.of(issued.chain().get(0), AUTHORITY.certificate(), AUTHORITY.certificate());
        refused(() -> TlsCertificate.of(issued.key(), chain), "certificate 3 is in the chain twice");
    }

    private Path store(String name, TlsCertificate... certificates) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.length; i++) {
            X509Certificate[] chain = certificates[i].chain().toArray(new X509Certificate[0]);
            store.setKeyEntry(String.valueOf(i), certificates[i].key(), PASSWORD, chain);
        }
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        return file;
    }

    @Test
    void trustIsReadFromPemAndFromKeyStores() throws Exception {
        Path pem = file("ca.pem", AUTHORITY.pem());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", AUTHORITY.certificate());
        Path p12 = folder.resolve("ca.p12");
        try (OutputStream out = Files.newOutputStream(p12)) {
            store.store(out, PASSWORD);
        }

        assertThat(TlsTrust.pem(pem).authorities()).containsExactly(AUTHORITY.certificate());
        assertThat(TlsTrust.keyStore(p12, PASSWORD).authorities()).containsExactly(AUTHORITY.certificate());
        assertThat(TlsTrust.pem(pem).withSystem(true)).hasToString("TlsTrust[CN=Test Authority] and the system's");
        Path keys = store("keys.p12", AUTHORITY.certificate("a.test"));
        refused(() -> TlsTrust.keyStore(keys, PASSWORD), keys + " has no certificate of an authority");
        refused(() -> TlsTrust.of(List.of()), "authorities must not be empty");
        refused(
                () -> TlsTrust.SYSTEM.withSystem(false),
                "system must be true where there are no other authorities: false");
    }
}
