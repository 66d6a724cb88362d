package dev.sluice.proxy.tls;

import dev.sluice.proxy.internal.Require;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** What is used unless somebody chooses otherwise: the "intermediate" list of Mozilla's Server Side TLS, without DHE. */
final class ModernTls {
    static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private ModernTls() {}

    static List<String> some(String option, String... names) {
        return List.of(Require.some(option, names));
    }

    /** A JVM may lack one of our own list, such as one in FIPS mode; what a user has named must be there. */
    static String[] known(List<String> suites, SSLContext context) {
        List<String> known = new ArrayList<>(suites);
        if (suites.equals(CIPHER_SUITES)) {
            known.retainAll(List.of(context.getSupportedSSLParameters().getCipherSuites()));
        }
        return known.toArray(new String[0]);
    }
}
