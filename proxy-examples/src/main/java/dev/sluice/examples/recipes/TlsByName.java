package dev.sluice.examples.recipes;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.File;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Several hosts at one port, each with its own certificate. A certificate is replaced without a restart: new
 * connections get the new one, and open connections stay.
 *
 * <p>The handshake fails if the client sends no host name, or an unknown one.
 */
public final class TlsByName {
    private final Map<String, TlsSettings> certificates = new ConcurrentHashMap<>();

    /** Starts a proxy at {@code port}, 0 for any, to the server at {@code origin}. */
    public ProxyServer start(int port, String origin) {
        return ProxyServer.builder()
                .port(port)
                .tls(name -> name == null ? null : certificates.get(name))
                .addRoute("/**", origin)
                .build()
                .start();
    }

    /**
     * From now on, uses the key and the certificate of this PKCS #12 file for {@code host}.
     *
     * @param host in lower case
     * @throws Exception if the file cannot be read
     */
    public void certificate(String host, File store, char[] password) throws Exception {
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(KeyStore.getInstance(store, password), password);
        certificates.put(host, TlsSettings.of(context(identity)));
    }

    private static SSLContext context(KeyManagerFactory identity) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), null, null);
        return context;
    }

    /**
     * Listens at port 8443 in front of a server at port 9000, until the process ends. The arguments are the password
     * and then the hosts. Each host has a key store {@code <host>.p12} in the current folder.
     */
    public static void main(String[] args) throws Exception {
        TlsByName tls = new TlsByName();
        for (String host : List.of(args).subList(1, args.length)) {
            tls.certificate(host, new File(host + ".p12"), args[0].toCharArray());
        }
        tls.start(8443, "http://127.0.0.1:9000");
    }
}
