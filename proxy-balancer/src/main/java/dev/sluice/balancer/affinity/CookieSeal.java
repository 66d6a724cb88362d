package dev.sluice.balancer.affinity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One secret: makes a cookie's value, and reads it if nobody has changed it. Safe for use by many threads.
 *
 * <pre>
 * version 1 | member 16 | issued, seconds 8 | session 8 | signature 24    bytes, in base64url: 76 characters
 * </pre>
 *
 * <p>A multiple of three bytes has only one form in base64, so one session has one valid value. The signature is the
 * beginning of an HMAC-SHA256, more than the half that RFC 2104 §5 asks for.
 */
final class CookieSeal {
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte VERSION = 1;
    private static final int CONTENT = 33;
    private static final int SIGNATURE = 24;
    private static final int LENGTH = (CONTENT + SIGNATURE) / 3 * 4;

    // One secret has two uses, and a value of one must never count for the other.
    private static final byte FOR_SIGNATURES = 'S';
    private static final byte FOR_MEMBERS = 'M';

    private final byte[] name;
    private final SecretKeySpec key;
    private final Mac unused;

    CookieSeal(String name, byte[] secret) {
        this.name = name.getBytes(UTF_8);
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.unused = mac(key);
    }

    /**
     * What stands for a member in the cookie: without the secret nobody can tell which id it was made of, or try ids.
     */
    Tag tag(String memberId) {
        ByteBuffer hash = ByteBuffer.wrap(hash(FOR_MEMBERS, memberId.getBytes(UTF_8), memberId.getBytes(UTF_8).length));
        return new Tag(hash.getLong(), hash.getLong());
    }

    /** The cookie's value. */
    String seal(Tag member, long issuedSeconds, long session) {
        ByteBuffer bytes = ByteBuffer.allocate(CONTENT + SIGNATURE)
                .put(VERSION)
                .putLong(member.high())
                .putLong(member.low())
                .putLong(issuedSeconds)
                .putLong(session);
        bytes.put(hash(FOR_SIGNATURES, bytes.array(), CONTENT), 0, SIGNATURE);
        return Base64.getUrlEncoder().encodeToString(bytes.array());
    }

    /** What a value says, or null when it is not one that this secret has sealed. */
    @Nullable
    Content open(String value) {
        byte[] bytes = decode(value);
        if (bytes == null || bytes[0] != VERSION) {
            return null;
        }
        byte[] expected = Arrays.copyOf(hash(FOR_SIGNATURES, bytes, CONTENT), SIGNATURE);
        byte[] received = Arrays.copyOfRange(bytes, CONTENT, CONTENT + SIGNATURE);
        if (!MessageDigest.isEqual(expected, received)) {
            return null;
        }
        ByteBuffer content = ByteBuffer.wrap(bytes, 1, CONTENT - 1);
        return new Content(new Tag(content.getLong(), content.getLong()), content.getLong(), content.getLong());
    }

    private static byte @Nullable [] decode(String value) {
        if (value.length() != LENGTH) {
            return null;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(value);
            return bytes.length == CONTENT + SIGNATURE ? bytes : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** The name has no zero in it, so no name can look like another one with a part of the content. */
    private byte[] hash(byte end, byte[] content, int length) {
        Mac mac = mac();
        mac.update(end);
        mac.update(name);
        mac.update((byte) 0);
        mac.update(content, 0, length);
        return mac.doFinal();
    }

    /** A copy of one that is ready costs a part of what making one does. */
    private Mac mac() {
        try {
            return (Mac) unused.clone();
        } catch (CloneNotSupportedException otherProvider) {
            return mac(key);
        }
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** The keyed hash of a member's id. */
    record Tag(long high, long low) {
        // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Tag that && high == that.high && low == that.low;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(high) * 31 + Long.hashCode(low);
        }
    }

    /** What a cookie says. */
    record Content(Tag member, long issuedSeconds, long session) {}
}
