package dev.sluice.proxy.tls;

import dev.sluice.proxy.tls.pem.PemFile;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The authorities whose certificates a side accepts. Immutable, safe for use by many threads.
 */
public final class TlsTrust {
    /** The authorities that the JVM trusts. */
    public static final TlsTrust SYSTEM = new TlsTrust(List.of(), true);

    private final List<X509Certificate> authorities;
    private final boolean system;

    private TlsTrust(List<X509Certificate> authorities, boolean system) {
        this.authorities = authorities;
        this.system = system;
    }

    /**
     * Reads the certificates of authorities from a PEM file; only these are trusted.
     *
     * @throws IllegalArgumentException if the file cannot be read, or is not what it should be; the message names the
     *     file, the block in it and the reason
     */
    public static TlsTrust pem(Path file) {
        return of(PemFile.read(file).certificates());
    }

    /**
     * Reads the certificates of authorities from a key store; only these are trusted.
     *
     * @throws IllegalArgumentException if the file cannot be read, or has no such certificate
     */
    public static TlsTrust keyStore(Path file, char[] password) {
        return of(StoreFile.read(file, password).trusted());
    }

    /**
     * Trusts only these authorities, or servers with these certificates of their own making.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TlsTrust of(List<X509Certificate> authorities) {
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("authorities must not be empty");
        }
        return new TlsTrust(List.copyOf(authorities), false);
    }

    /**
     * The same, and whether the authorities that the JVM trusts are trusted too; false unless set.
     *
     * @throws IllegalArgumentException if then nothing would be trusted
     */
    public TlsTrust withSystem(boolean on) {
        if (!on && authorities.isEmpty()) {
            throw new IllegalArgumentException("system must be true where there are no other authorities: false");
        }
        return new TlsTrust(authorities, on);
    }

    /** The authorities, without those of the JVM. */
    public List<X509Certificate> authorities() {
        return authorities;
    }

    /** Returns whether the authorities that the JVM trusts are trusted too. */
    public boolean system() {
        return system;
    }

    TrustManager[] managers() throws GeneralSecurityException {
        if (authorities.isEmpty()) {
            return managers(null);
        }
        List<X509Certificate> all = new ArrayList<>(authorities);
        if (system) {
            Arrays.stream(managers(null))
                    .filter(X509TrustManager.class::isInstance)
                    .forEach(own -> all.addAll(List.of(((X509TrustManager) own).getAcceptedIssuers())));
        }
        return managers(StoreOf.certificates(all));
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** The names of the authorities. */
    @Override
    public String toString() {
        return "TlsTrust"
                + authorities.stream()
                        .map(X509Certificate::getSubjectX500Principal)
                        .toList() + (system ? " and the system's" : "");
    }
}
