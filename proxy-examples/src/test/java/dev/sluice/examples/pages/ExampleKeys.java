package dev.sluice.examples.pages;

import java.io.File;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key store as the README's example reads it. It has one self-signed certificate for {@code shop.example} or another
 * host, and for 127.0.0.1.
 */
public record ExampleKeys(Path store) {
    private static final char[] PASSWORD = "changeit".toCharArray();

    static ExampleKeys make(Path folder) throws Exception {
        return make(folder, "shop.example");
    }

    /** Makes a key store for this host with the running JDK's keytool. The password is {@code changeit}. */
    public static ExampleKeys make(Path folder, String host) throws Exception {
        Path store = folder.resolve(host + ".p12");
        Process tool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host + ",ip:127.0.0.1",
                        "-keystore",
                        store.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
            throw new IllegalStateException("keytool failed");
        }
        return new ExampleKeys(store);
    }

    /** The context of a server with this certificate. */
    public SSLContext server() {
        try {
            KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            identity.init(KeyStore.getInstance(new File(store.toString()), PASSWORD), PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.getKeyManagers(), null, null);
            return context;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The context of a client that trusts only this certificate. */
    public SSLContext client() throws Exception {
        KeyStore keys = KeyStore.getInstance(new File(store.toString()), PASSWORD);
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry(
                "trusted", keys.getCertificate(keys.aliases().nextElement()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
