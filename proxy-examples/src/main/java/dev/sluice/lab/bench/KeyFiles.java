package dev.sluice.lab.bench;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;

/**
 * A key of EC on P-256 with its certificate, in the forms that the proxies want.
 *
 * @param folder the folder of all files
 */
record KeyFiles(Path folder) {
    /** The password of the store. It is no secret, but not every program opens a store without one. */
    static final char[] PASSWORD = "password".toCharArray();

    /** Makes a new key for 127.0.0.1 in this folder. */
    static KeyFiles write(Path folder) throws IOException {
        KeyFiles files = new KeyFiles(folder);
        TlsCertificate made = TestAuthority.create().certificate("lab.test", "127.0.0.1");
        String chain = TestAuthority.chainPem(made);
        String key = TestAuthority.keyPem(made);
        Files.writeString(files.chain(), chain);
        Files.writeString(files.key(), key);
        Files.writeString(files.both(), chain + key);
        try (OutputStream out = Files.newOutputStream(files.store())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("lab", made.key(), PASSWORD, made.chain().toArray(Certificate[]::new));
            store.store(out, PASSWORD);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        return files;
    }

    Path chain() {
        return folder.resolve("chain.pem");
    }

    Path key() {
        return folder.resolve("key.pem");
    }

    /** The chain and the key in one file. */
    Path both() {
        return folder.resolve("both.pem");
    }

    /** The chain and the key in a PKCS#12 store. */
    Path store() {
        return folder.resolve("keys.p12");
    }
}
