package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.tls.TlsSettings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a transport. A client has one TLS context, so upstreams with their own settings have another one, which
 * is forgotten with its last upstream. Safe for use by many threads.
 */
final class JdkClients {
    private final JdkTransport.Builder setup;
    private final JdkClient usual;
    /** Guarded by this, as is the next one. Settings are compared by identity. */
    private final Map<TlsSettings, JdkClient> others = new HashMap<>();

    private boolean closed;

    JdkClients(JdkTransport.Builder setup) {
        this.setup = setup.copy();
        this.usual = new JdkClient(setup);
    }

    /**
     * The client for an upstream, which is counted as its user from now on.
     *
     * @param tls the upstream's own settings, or null for those of the transport
     * @throws IllegalArgumentException if the JDK's client cannot do what they ask for
     */
    synchronized JdkClient use(@Nullable TlsSettings tls) {
        JdkClient client = tls == null ? usual : own(tls);
        client.use();
        return client;
    }

    private JdkClient own(TlsSettings tls) {
        JdkClient known = others.get(tls);
        if (known != null) {
            return known;
        }
        JdkClient client = new JdkClient(setup.copy().tls(tls), this::unused);
        others.put(tls, client);
        if (closed) {
            client.close();
        }
        return client;
    }

    private synchronized void unused(JdkClient client) {
        // Another upstream may have come in the meantime.
        if (!client.used()) {
            others.values().remove(client);
        }
    }

    /** The settings of the usual client, or null for the JVM's. */
    @Nullable
    TlsSettings tls() {
        return setup.tls();
    }

    /** How many clients there are beside the usual one. */
    synchronized int others() {
        return others.size();
    }

    /** Cuts all connections where the JDK can do that. Has no effect the second time. */
    synchronized void close() {
        closed = true;
        usual.close();
        others.values().forEach(JdkClient::close);
    }
}
