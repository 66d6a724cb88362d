package dev.sluice.proxy.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.List;

/** Finds out now what every handshake would find out later: whether a key and certificates belong together. */
final class ChainCheck {
    private static final byte[] ANYTHING = {1, 2, 3, 4};

    /**
     * TLS signs with RSASSA-PSS and SHA-256, for which 512 bits are too few (RFC 8017 §9.1.1), and every client of today
     * refuses a certificate with less than these.
     */
    private static final int RSA_BITS = 1024;

    private ChainCheck() {}

    /** Where a certificate is, by its index, as messages say it. */
    @FunctionalInterface
    interface Places {
        String of(int certificate);
    }

    static void require(PrivateKey key, List<X509Certificate> chain, String keyName, Places places, Instant now) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain must not be empty");
        }
        requireOwner(key, chain, keyName, places);
        for (int i = 0; i + 1 < chain.size(); i++) {
            if (!issued(chain.get(i + 1), chain.get(i))) {
                throw new IllegalArgumentException(places.of(i) + " was not issued by the one after it: "
                        + chain.get(i).getIssuerX500Principal() + " is wanted, "
                        + chain.get(i + 1).getSubjectX500Principal()
                        + " follows; the chain is out of order, or one is missing");
            }
        }
        for (int i = 0; i < chain.size(); i++) {
            if (chain.indexOf(chain.get(i)) < i) {
                throw new IllegalArgumentException(places.of(i) + " is in the chain twice");
            }
            requireLong(chain.get(i), places.of(i));
            requireValid(chain.get(i), places.of(i), now);
        }
    }

    private static void requireLong(X509Certificate certificate, String place) {
        int bits = certificate.getPublicKey() instanceof RSAKey key
                ? key.getModulus().bitLength()
                : RSA_BITS;
        if (bits < RSA_BITS) {
            throw new IllegalArgumentException(
                    place + " has a key of RSA with " + bits + " bits, no handshake accepts less than " + RSA_BITS);
        }
    }

    private static void requireOwner(PrivateKey key, List<X509Certificate> chain, String keyName, Places places) {
        byte[] signed = signed(key, keyName);
        if (belongs(key, signed, chain.get(0).getPublicKey())) {
            return;
        }
        for (int i = 1; i < chain.size(); i++) {
            if (belongs(key, signed, chain.get(i).getPublicKey())) {
                throw new IllegalArgumentException(keyName + " belongs to " + places.of(i)
                        + ": the chain is out of order, that certificate must be the first");
            }
        }
        throw new IllegalArgumentException(keyName + " does not belong to the certificate " + places.of(0) + ": "
                + chain.get(0).getSubjectX500Principal());
    }

    private static void requireValid(X509Certificate certificate, String place, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            throw new IllegalArgumentException(place + " expired at " + until + ", it is " + now);
        }
        if (now.isBefore(from)) {
            throw new IllegalArgumentException(place + " is not valid before " + from + ", it is " + now);
        }
    }

    private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private static byte[] signed(PrivateKey key, String keyName) {
        try {
            Signature signing = signature(key);
            signing.initSign(key);
            signing.update(ANYTHING);
            return signing.sign();
        } catch (GeneralSecurityException fault) {
            throw new IllegalArgumentException(keyName + " cannot be used by this JVM: " + fault.getMessage(), fault);
        }
    }

    /** Returns whether what the one has signed is what the other verifies. */
    private static boolean belongs(PrivateKey key, byte[] signed, PublicKey other) {
        if (!key.getAlgorithm().equals(other.getAlgorithm())) {
            return false;
        }
        try {
            Signature verifying = signature(key);
            verifying.initVerify(other);
            verifying.update(ANYTHING);
            return verifying.verify(signed);
        } catch (GeneralSecurityException different) {
            return false;
        }
    }

    private static Signature signature(PrivateKey key) throws GeneralSecurityException {
        if (key.getAlgorithm().equals("RSASSA-PSS")) {
            Signature pss = Signature.getInstance("RSASSA-PSS");
            AlgorithmParameterSpec only = key instanceof RSAKey rsa ? rsa.getParams() : null;
            pss.setParameter(only == null ? PSSParameterSpec.DEFAULT : only);
            return pss;
        }
        return Signature.getInstance(
                key instanceof RSAKey
                        ? "SHA256withRSA"
                        : key instanceof ECKey ? "SHA256withECDSA" : key.getAlgorithm());
    }
}
