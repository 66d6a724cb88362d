package dev.sluice.examples.pages;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;

/**
 * A folder with the files that examples read, all of one authority: certificates for {@code shop.example} or another host
 * and for 127.0.0.1, and what the authority's own certificate is called.
 */
public record ExampleKeys(Path folder, TestAuthority authority, TlsCertificate certificate) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    static ExampleKeys make(Path folder) throws Exception {
        ExampleKeys keys = make(folder, "shop.example");
        keys.write("shop", keys.certificate);
        keys.write("wildcard", keys.authority.certificate("*.shop.example"));
        keys.write("gateway", keys.authority.certificate("gateway"));
        Files.writeString(folder.resolve("own-ca.pem"), keys.authority.pem());
        Files.writeString(folder.resolve("clients-ca.pem"), keys.authority.pem());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        TlsCertificate rsa =
                keys.authority.issue("shop.example").algorithm("RSA").build();
        store.setKeyEntry("shop", rsa.key(), PASSWORD, rsa.chain().toArray(new X509Certificate[0]));
        try (OutputStream out = Files.newOutputStream(folder.resolve("shop.p12"))) {
            store.store(out, PASSWORD);
        }
        return keys;
    }

    /** Makes a certificate for this host, and its files {@code <host>.pem} and {@code <host>-key.pem}. */
    public static ExampleKeys make(Path folder, String host) throws Exception {
        TestAuthority authority = TestAuthority.create();
        ExampleKeys keys = new ExampleKeys(folder, authority, authority.certificate(host, "127.0.0.1"));
        keys.write(host, keys.certificate);
        return keys;
    }

    /** Writes the files of a certificate. */
    void write(String name, TlsCertificate written) throws Exception {
        Files.writeString(folder.resolve(name + ".pem"), TestAuthority.chainPem(written));
        Files.writeString(folder.resolve(name + "-key.pem"), TestAuthority.keyPem(written));
    }

    /** The context of a server with the certificate. */
    public SSLContext server() {
        return TlsSettings.builder().addCertificate(certificate).build().context();
    }

    /** The context of a client that trusts the authority, and nothing else. */
    public SSLContext client() {
        return authority.client().context();
    }
}
