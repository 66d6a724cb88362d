package dev.sluice.proxy.wire;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsTrust;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/** TLS contexts for tests. Each name has a certificate and an authority of its own, which are made once. */
public final class TestTls {
    private static final Map<String, Named> NAMES = new ConcurrentHashMap<>();

    private TestTls() {}

    /** A certificate with the authority that nobody else has. */
    private record Named(X509Certificate authority, TlsCertificate certificate) {
        static Named of(String name) {
            TestAuthority authority = TestAuthority.create();
            TlsCertificate own = name.equals("localhost")
                    ? authority.certificate(name, "127.0.0.1", "::1")
                    : authority.certificate(name);
            return new Named(authority.certificate(), own);
        }
    }

    /**
     * A server's or a client's context with a certificate for {@code name}, or for {@code localhost} and its
     * addresses.
     */
    public static SSLContext server(String name) {
        return TlsSettings.builder()
                .addCertificate(named(name).certificate())
                .trust(trust(name))
                .build()
                .context();
    }

    /** A context that trusts the certificates for these names, and has none itself. */
    public static SSLContext client(String... names) {
        return TlsSettings.builder().trust(trust(names)).build().context();
    }

    private static TlsTrust trust(String... names) {
        List<X509Certificate> authorities =
                Arrays.stream(names).map(name -> named(name).authority()).toList();
        return TlsTrust.of(authorities);
    }

    private static Named named(String name) {
        return NAMES.computeIfAbsent(name, Named::of);
    }
}
