package dev.sluice.undertow;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/**
 * Undertow as a proxy, as small as it can be: its handler for proxies in front of one or more origins, over kept
 * connections. It reads the properties of the benchmark that all proxies in a JVM have.
 */
public final class UndertowProxy {
    /** The most connections to an origin; Undertow counts them for each of its threads. */
    private static final int ORIGIN_CONNECTIONS = Integer.getInteger("sluice.lab.originConnections", 6_000);

    /** A folder with a PKCS#12 store, for TLS; null without TLS. */
    private static final String KEYS = System.getProperty("sluice.lab.keys");

    private static final char[] PASSWORD = "password".toCharArray();
    private static final int BACKLOG = 4_096;
    private static final int HOUR_MILLIS = 3_600_000;
    private static final int WAITING = 8_192;

    private UndertowProxy() {}

    /**
     * Serves until the JVM ends.
     *
     * @param origins where it forwards to, {@code host:port}
     * @return the port of 127.0.0.1 at which it listens
     */
    public static int start(String... origins) throws IOException, GeneralSecurityException {
        // It would say that it starts.
        Logger.getLogger("").setLevel(Level.WARNING);
        LoadBalancingProxyClient client = new LoadBalancingProxyClient()
                .setConnectionsPerThread(ORIGIN_CONNECTIONS)
                .setSoftMaxConnectionsPerThread(ORIGIN_CONNECTIONS)
                .setMaxQueueSize(WAITING)
                .setTtl(HOUR_MILLIS);
        for (String origin : origins) {
            client.addHost(URI.create("http://" + origin));
        }
        ProxyHandler proxy = ProxyHandler.builder().setProxyClient(client).build();
        Undertow.Builder builder = Undertow.builder()
                .setHandler(proxy)
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, HOUR_MILLIS);
        if (KEYS == null) {
            builder.addHttpListener(0, "127.0.0.1");
        } else {
            builder.addHttpsListener(0, "127.0.0.1", tls(Path.of(KEYS, "keys.p12")));
        }
        Undertow server = builder.build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    private static SSLContext tls(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
