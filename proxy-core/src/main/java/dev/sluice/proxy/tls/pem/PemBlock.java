package dev.sluice.proxy.tls.pem;

import org.jspecify.annotations.Nullable;

/**
 * One block of a PEM file (RFC 7468).
 *
 * @param file what the file is called in messages
 * @param number which block of its file it is, from 1
 * @param label what it says that it holds, such as {@code CERTIFICATE}
 * @param oldEncryption whether it has the header of an encryption of its own (RFC 1421), {@code DEK-Info}
 * @param content the bytes inside
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PemBlock(String file, int number, String label, boolean oldEncryption, byte[] content) {
    /** Returns whether it holds a certificate. */
    public boolean isCertificate() {
        return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
    }

    /** Returns whether it holds a private key, in any form. */
    public boolean isPrivateKey() {
        return label.endsWith("PRIVATE KEY");
    }

    /** What is wrong with it. */
    public IllegalArgumentException fault(String reason, @Nullable Throwable cause) {
        return new IllegalArgumentException(this + " " + reason, cause);
    }

    /** What is wrong with it. */
    public IllegalArgumentException fault(String reason) {
        return fault(reason, null);
    }

    /** Where it is, as messages say it. */
    @Override
    public String toString() {
        return file + ", block " + number + " (" + label + ")";
    }
}
