package dev.sluice.lab.tls;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A certificate that is renewed, in files. Before some of the new ones come wrong files, as from a program that writes at
 * the wrong moment. One thread renews; the numbers are for many.
 */
final class Renewals {
    private final TestAuthority authority;
    private final Path chain;
    private final Path key;
    private final Random random;
    private final Map<BigInteger, Long> numbers = new ConcurrentHashMap<>();
    private final AtomicLong inForce = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Writes the first certificate. */
    Renewals(TestAuthority authority, Path folder, long seed) throws IOException {
        this.authority = authority;
        this.chain = folder.resolve("chain.pem");
        this.key = folder.resolve("key.pem");
        this.random = new Random(seed);
        write(issue());
    }

    /** The files, not yet watched. */
    TlsFiles.Builder files() {
        return TlsFiles.builder().addPem(chain, key);
    }

    /** The number of the certificate that each new connection must show, or a later one. */
    long inForce() {
        return inForce.get();
    }

    /** The number of the certificate with this serial number; -1 for none of these. */
    long number(BigInteger serial) {
        return numbers.getOrDefault(serial, -1L);
    }

    /** How often wrong files were refused. */
    long refused() {
        return refused.get();
    }

    /**
     * Puts a new certificate in force.
     *
     * @throws IllegalStateException if wrong files were not refused
     */
    void renew(TlsFiles files) throws IOException {
        TlsCertificate next = issue();
        switch (random.nextInt(4)) {
            case 0 -> {
                String text = TestAuthority.chainPem(next);
                replace(chain, text.substring(0, random.nextInt(text.length() - 30)));
                refuse(files, "half a chain");
            }
            case 1 -> {
                replace(key, TestAuthority.keyPem(next));
                refuse(files, "a key without its chain");
            }
            default -> {
                // This time everything is done well.
            }
        }
        write(next);
        files.reload();
        inForce.incrementAndGet();
    }

    private TlsCertificate issue() {
        TlsCertificate issued = authority.certificate("lab.test", "127.0.0.1");
        numbers.put(issued.chain().get(0).getSerialNumber(), (long) numbers.size());
        return issued;
    }

    private void refuse(TlsFiles files, String what) {
        try {
            files.reload();
        } catch (IllegalArgumentException expected) {
            refused.incrementAndGet();
            return;
        }
        throw new IllegalStateException(what + " was not refused");
    }

    private void write(TlsCertificate certificate) throws IOException {
        replace(chain, TestAuthority.chainPem(certificate));
        replace(key, TestAuthority.keyPem(certificate));
    }

    private static void replace(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
