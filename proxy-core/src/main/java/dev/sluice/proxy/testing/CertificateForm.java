package dev.sluice.proxy.testing;

import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.tls.pem.Der;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a certificate says (RFC 5280 §4), before it is signed.
 *
 * @param subject the common name
 * @param names of hosts and addresses
 * @param authority whether it may issue others
 * @param from from when it is valid
 * @param until until when it is valid
 */
record CertificateForm(String subject, List<String> names, boolean authority, Instant from, Instant until) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    /** ecdsa-with-SHA256 (RFC 5758 §3.2). */
    private static final byte[] ALGORITHM = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

    private static final Instant LONG_TIMES = Instant.parse("2050-01-01T00:00:00Z");

    private static final int UTF8_STRING = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int BOOLEAN = 0x01;
    /** The choices {@code [2]} and {@code [7]} of a GeneralName (RFC 5280 §4.2.1.6). */
    private static final int DNS_NAME = 0x82;

    private static final int IP_ADDRESS = 0x87;
    /** The choice {@code [0]} of an AuthorityKeyIdentifier (RFC 5280 §4.2.1.1). */
    private static final int KEY_ID = 0x80;

    /** digitalSignature and keyEncipherment; keyCertSign and cRLSign (RFC 5280 §4.2.1.3). */
    private static final int END_ENTITY_USAGE = 0xA0;

    private static final int AUTHORITY_USAGE = 0x06;

    /** The certificate for a key, signed with a key of EC. */
    X509Certificate signed(PublicKey key, String issuer, KeyPair signer) {
        byte[] content = Der.sequence(
                Der.element(Der.CONTEXT, Der.integer(2)),
                Der.integer(new BigInteger(63, new SecureRandom()).add(BigInteger.ONE)),
                ALGORITHM,
                name(issuer),
                Der.sequence(time(from), time(until)),
                name(subject),
                key.getEncoded(),
                Der.element(Der.CONTEXT + 3, Der.sequence(extensions(key, signer.getPublic()))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer.getPrivate());
            signature.update(content);
            byte[] whole = Der.sequence(content, ALGORITHM, Der.bits(signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException fault) {
            throw new IllegalStateException("no certificate can be made for " + subject, fault);
        }
    }

    private static byte[] name(String common) {
        byte[] text = Der.element(UTF8_STRING, common.getBytes(StandardCharsets.UTF_8));
        return Der.sequence(Der.element(Der.SET, Der.sequence(Der.oid("2.5.4.3"), text)));
    }

    /** Years before 2050 have two digits (RFC 5280 §4.1.2.5). */
    private static byte[] time(Instant time) {
        byte[] text = TIME.format(time).getBytes(StandardCharsets.US_ASCII);
        return time.isBefore(LONG_TIMES)
                ? Der.element(UTC_TIME, Arrays.copyOfRange(text, 2, text.length))
                : Der.element(GENERALIZED_TIME, text);
    }

    private List<byte[]> extensions(PublicKey key, PublicKey signer) {
        List<byte[]> extensions = new ArrayList<>();
        byte[] yes = Der.element(BOOLEAN, new byte[] {(byte) 0xFF});
        extensions.add(extension("2.5.29.19", yes, authority ? Der.sequence(yes) : Der.sequence()));
        int usage = authority ? AUTHORITY_USAGE : END_ENTITY_USAGE;
        extensions.add(extension("2.5.29.15", yes, Der.element(Der.BIT_STRING, new byte[] {
            (byte) Integer.numberOfTrailingZeros(usage), (byte) usage
        })));
        extensions.add(extension("2.5.29.14", new byte[0], Der.element(Der.OCTET_STRING, keyId(key))));
        extensions.add(extension("2.5.29.35", new byte[0], Der.sequence(Der.element(KEY_ID, keyId(signer)))));
        if (!names.isEmpty()) {
            extensions.add(extension("2.5.29.17", new byte[0], Der.sequence(alternatives())));
        }
        return extensions;
    }

    private static byte[] extension(String oid, byte[] critical, byte[] value) {
        return Der.sequence(Der.oid(oid), critical, Der.element(Der.OCTET_STRING, value));
    }

    /** RFC 7093 §2: a part of the key's hash. */
    private static byte[] keyId(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    private List<byte[]> alternatives() {
        List<byte[]> alternatives = new ArrayList<>();
        for (String name : names) {
            InetAddress address = IpLiteral.parse(name);
            alternatives.add(
                    address == null
                            ? Der.element(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII))
                            : Der.element(IP_ADDRESS, address.getAddress()));
        }
        return alternatives;
    }
}
