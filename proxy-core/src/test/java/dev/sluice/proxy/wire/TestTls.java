package dev.sluice.proxy.wire;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts for tests, with self-signed certificates. Each name has one, which is made once. */
public final class TestTls {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Map<String, KeyStore> KEYS = new ConcurrentHashMap<>();

    private TestTls() {}

    /**
     * The context of a server or a client with a certificate for {@code name}, or for {@code localhost} and its
     * addresses.
     */
    public static SSLContext server(String name) throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys(name), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust(name).getTrustManagers(), null);
        return context;
    }

    /** A context that trusts the certificates for these names, and has no certificate itself. */
    public static SSLContext client(String... names) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust(names).getTrustManagers(), null);
        return context;
    }

    private static TrustManagerFactory trust(String... names) throws Exception {
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        for (String name : names) {
            certificates.setCertificateEntry(name, keys(name).getCertificate("a"));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        return trust;
    }

    private static KeyStore keys(String name) {
        return KEYS.computeIfAbsent(name, TestTls::make);
    }

    private static KeyStore make(String name) {
        try {
            Path folder = Files.createTempDirectory("test-tls");
            Path store = folder.resolve("keys.p12");
            try {
                keytool(name, store);
                KeyStore keys = KeyStore.getInstance("PKCS12");
                try (InputStream in = Files.newInputStream(store)) {
                    keys.load(in, PASSWORD);
                }
                return keys;
            } finally {
                Files.deleteIfExists(store);
                Files.delete(folder);
            }
        } catch (Exception failure) {
            throw new IllegalStateException("no certificate for " + name, failure);
        }
    }

    private static void keytool(String name, Path store) throws Exception {
        String names = "san=dns:" + name + (name.equals("localhost") ? ",ip:127.0.0.1,ip:::1" : "");
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String fixed =
                " -genkeypair -alias a -keyalg EC -validity 9 -storetype PKCS12 -storepass changeit -dname CN=test -ext ";
        Process process = new ProcessBuilder((tool + fixed + names + " -keystore " + store).split(" "))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool failed");
        }
    }
}
