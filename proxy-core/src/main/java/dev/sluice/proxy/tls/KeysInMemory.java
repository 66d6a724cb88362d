package dev.sluice.proxy.tls;

import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a side as they are. The JVM's key manager asks its store for the key in each handshake; a store of the JVM
 * would decrypt it each time, with a password that is made slow on purpose, and takes no key that does not leave its device.
 * Cannot be changed. The aliases are the numbers of the certificates.
 */
final class KeysInMemory extends KeyStoreSpi {
    private final List<TlsCertificate> certificates;

    private KeysInMemory(List<TlsCertificate> certificates) {
        this.certificates = certificates;
    }

    /** A store that must still be loaded, from nothing. */
    static KeyStore store(List<TlsCertificate> certificates) throws KeyStoreException {
        Provider any = KeyStore.getInstance("PKCS12").getProvider();
        return new KeyStore(new KeysInMemory(List.copyOf(certificates)), any, "memory") {};
    }

    private @Nullable TlsCertificate of(String alias) {
        for (int i = 0; i < certificates.size(); i++) {
            if (String.valueOf(i).equals(alias)) {
                return certificates.get(i);
            }
        }
        return null;
    }

    @Override
    public @Nullable PrivateKey engineGetKey(String alias, char[] password) {
        TlsCertificate found = of(alias);
        return found == null ? null : found.key();
    }

    @Override
    public Certificate @Nullable [] engineGetCertificateChain(String alias) {
        TlsCertificate found = of(alias);
        return found == null ? null : found.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable Certificate engineGetCertificate(String alias) {
        TlsCertificate found = of(alias);
        return found == null ? null : found.chain().get(0);
    }

    @Override
    public @Nullable Date engineGetCreationDate(String alias) {
        return null;
    }

    @Override
    public Enumeration<String> engineAliases() {
        return Collections.enumeration(IntStream.range(0, certificates.size())
                .mapToObj(String::valueOf)
                .toList());
    }

    @Override
    public boolean engineContainsAlias(String alias) {
        return of(alias) != null;
    }

    @Override
    public int engineSize() {
        return certificates.size();
    }

    @Override
    public boolean engineIsKeyEntry(String alias) {
        return of(alias) != null;
    }

    @Override
    public boolean engineIsCertificateEntry(String alias) {
        return false;
    }

    @Override
    public @Nullable String engineGetCertificateAlias(Certificate certificate) {
        return null;
    }

    @Override
    public void engineLoad(@Nullable InputStream from, char @Nullable [] password) {
        // It has its keys already.
    }

    @Override
    public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
        throw new UnsupportedOperationException("cannot be changed");
    }

    @Override
    public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
        throw new UnsupportedOperationException("cannot be changed");
    }

    @Override
    public void engineSetCertificateEntry(String alias, Certificate certificate) {
        throw new UnsupportedOperationException("cannot be changed");
    }

    @Override
    public void engineDeleteEntry(String alias) {
        throw new UnsupportedOperationException("cannot be changed");
    }

    @Override
    public void engineStore(OutputStream to, char[] password) {
        throw new UnsupportedOperationException("is not written");
    }
}
