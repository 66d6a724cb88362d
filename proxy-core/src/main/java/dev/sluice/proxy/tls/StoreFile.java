package dev.sluice.proxy.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A file with a key store of any type that the JVM knows. Each method throws an {@link IllegalArgumentException} that
 * names the file and the reason.
 */
final class StoreFile {
    private final Path file;
    private final KeyStore store;
    private final char[] password;

    private StoreFile(Path file, KeyStore store, char[] password) {
        this.file = file;
        this.store = store;
        this.password = password;
    }

    static StoreFile read(Path file, char[] password) {
        Objects.requireNonNull(password, "password");
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " does not exist");
        }
        try {
            return new StoreFile(file, KeyStore.getInstance(file.toFile(), password), password.clone());
        } catch (IOException | GeneralSecurityException fault) {
            throw new IllegalArgumentException(
                    file + " is not a key store, or the password is wrong: " + reason(fault), fault);
        }
    }

    /** Some faults have no message. */
    private static String reason(Exception fault) {
        return fault.getMessage() == null ? fault.toString() : fault.getMessage();
    }

    TlsCertificate onlyCertificate(Instant now) {
        List<String> keys = aliases(true);
        if (keys.size() != 1) {
            throw new IllegalArgumentException(
                    keys.isEmpty()
                            ? file + " has no private key"
                            : file + " has more than one key, name one of " + keys);
        }
        return certificate(keys.get(0), now);
    }

    TlsCertificate certificate(String alias, Instant now) {
        try {
            Key key = store.getKey(alias, password);
            if (!(key instanceof PrivateKey secret)) {
                throw new IllegalArgumentException(
                        file + " has no private key \"" + alias + "\", only " + aliases(true));
            }
            Certificate[] own = store.getCertificateChain(alias);
            if (own == null) {
                throw new IllegalArgumentException(file + ", key \"" + alias + "\" has no certificate");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : own) {
                chain.add((X509Certificate) certificate);
            }
            return TlsCertificate.of(
                    secret,
                    chain,
                    file + ", key \"" + alias + "\"",
                    index -> file + ", \"" + alias + "\", certificate " + (index + 1),
                    now);
        } catch (GeneralSecurityException fault) {
            throw new IllegalArgumentException(
                    file + ", key \"" + alias + "\" cannot be read, its password may be another: " + fault.getMessage(),
                    fault);
        }
    }

    /** The certificates that stand by themselves: those of authorities. */
    List<X509Certificate> trusted() {
        List<X509Certificate> trusted = new ArrayList<>();
        try {
            for (String alias : aliases(false)) {
                trusted.add((X509Certificate) store.getCertificate(alias));
            }
        } catch (GeneralSecurityException fault) {
            throw new IllegalArgumentException(file + " cannot be read: " + fault.getMessage(), fault);
        }
        if (trusted.isEmpty()) {
            throw new IllegalArgumentException(file + " has no certificate of an authority");
        }
        return trusted;
    }

    private List<String> aliases(boolean keys) {
        List<String> aliases = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (keys ? store.isKeyEntry(alias) : store.isCertificateEntry(alias)) {
                    aliases.add(alias);
                }
            }
        } catch (GeneralSecurityException fault) {
            throw new IllegalArgumentException(file + " cannot be read: " + fault.getMessage(), fault);
        }
        Collections.sort(aliases);
        return aliases;
    }
}
