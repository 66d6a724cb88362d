package dev.sluice.proxy.tls;

import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.pem.PemFile;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its private key, by which a server shows who it is, or a client to a server that asks. Immutable,
 * safe for use by many threads.
 *
 * <p>Whatever it is made from is checked: the key must belong to the first certificate, each certificate must be issued by
 * the next one in the list, and all must be valid now, with keys of RSA that have 1,024 bits at least. The root at the end
 * may be left out.
 */
public final class TlsCertificate {
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private TlsCertificate(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * Reads PEM files, with a key that is not encrypted.
     *
     * @param chain the certificate, then those that issued it, one after another
     * @param key a private key of RSA, EC or Ed25519, in PKCS#8 ({@code PRIVATE KEY}), PKCS#1 ({@code RSA PRIVATE KEY}) or
     *     SEC1 ({@code EC PRIVATE KEY}); it may be in the same file
     * @throws IllegalArgumentException if a file cannot be read, or is not what it should be, or they do not belong
     *     together, or a certificate is not valid now; the message names the file, the block in it and the reason
     */
    public static TlsCertificate pem(Path chain, Path key) {
        return pem(chain, key, null, TimeSource.system().now());
    }

    /**
     * Reads PEM files, with an encrypted key.
     *
     * @param chain the certificate, then those that issued it, one after another
     * @param key a private key that is encrypted with PBES2 ({@code ENCRYPTED PRIVATE KEY}), or not encrypted
     * @throws IllegalArgumentException as {@link #pem(Path, Path)} does, and if the password is wrong
     */
    public static TlsCertificate pem(Path chain, Path key, char[] password) {
        return pem(
                chain,
                key,
                Objects.requireNonNull(password, "password"),
                TimeSource.system().now());
    }

    static TlsCertificate pem(Path chain, Path key, char @Nullable [] password, Instant now) {
        return pem(PemFile.read(chain), PemFile.read(key), password, now);
    }

    static TlsCertificate pem(PemFile chain, PemFile key, char @Nullable [] password, Instant now) {
        return of(key.privateKey(password), chain.certificates(), key.name(), chain::place, now);
    }

    /**
     * Reads the only key of a key store, such as a PKCS#12 file, with its certificates.
     *
     * @param password of the store and of the key
     * @throws IllegalArgumentException if the file cannot be read, has no key or more than one, or as {@link #pem} does
     */
    public static TlsCertificate keyStore(Path file, char[] password) {
        return StoreFile.read(file, password)
                .onlyCertificate(TimeSource.system().now());
    }

    /**
     * Reads a key of a key store, with its certificates.
     *
     * @param password of the store and of the key
     * @param alias which one of its keys
     * @throws IllegalArgumentException if the file cannot be read, has no such key, or as {@link #pem} does
     */
    public static TlsCertificate keyStore(Path file, char[] password, String alias) {
        return StoreFile.read(file, password)
                .certificate(alias, TimeSource.system().now());
    }

    /**
     * What you have read yourself.
     *
     * @param chain the key's certificate, then those that issued it, one after another
     * @throws IllegalArgumentException if they do not belong together, or a certificate is not valid now
     */
    public static TlsCertificate of(PrivateKey key, List<X509Certificate> chain) {
        return of(key, chain, TimeSource.system().now());
    }

    /**
     * What you have read yourself, on a clock of your own.
     *
     * @param chain the key's certificate, then those that issued it, one after another
     * @param now when the certificates must be valid
     * @throws IllegalArgumentException if they do not belong together, or a certificate is not valid then
     */
    public static TlsCertificate of(PrivateKey key, List<X509Certificate> chain, Instant now) {
        return of(key, chain, "the key", index -> "certificate " + (index + 1), now);
    }

    static TlsCertificate of(
            PrivateKey key, List<X509Certificate> chain, String keyName, ChainCheck.Places places, Instant now) {
        List<X509Certificate> copy = List.copyOf(chain);
        ChainCheck.require(key, copy, keyName, places, now);
        return new TlsCertificate(key, copy);
    }

    /** The private key. */
    public PrivateKey key() {
        return key;
    }

    /** The certificate, then those that issued it. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** When the first of the chain's certificates is not valid any more. */
    public Instant expiresAt() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    /** The certificate's subject, and when it expires; never the key. */
    @Override
    public String toString() {
        return "TlsCertificate[" + chain.get(0).getSubjectX500Principal() + ", until " + expiresAt() + ']';
    }
}
