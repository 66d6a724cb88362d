package dev.sluice.proxy.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

/** Key stores in memory, the only form in which the JVM's TLS takes keys and certificates. */
final class StoreOf {
    /** Of something that never leaves the memory. */
    static final char[] PASSWORD = {};

    private StoreOf() {}

    static KeyStore certificates(List<X509Certificate> certificates) throws GeneralSecurityException {
        KeyStore store = empty();
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(String.valueOf(i), certificates.get(i));
        }
        return store;
    }

    static KeyStore keys(List<TlsCertificate> certificates) throws GeneralSecurityException {
        return loaded(KeysInMemory.store(certificates));
    }

    private static KeyStore empty() throws GeneralSecurityException {
        return loaded(KeyStore.getInstance("PKCS12"));
    }

    private static KeyStore loaded(KeyStore store) throws GeneralSecurityException {
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new GeneralSecurityException("an empty key store reads nothing", impossible);
        }
        return store;
    }
}
