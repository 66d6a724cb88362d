package dev.sluice.proxy.tls.pem;

import java.math.BigInteger;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;

/**
 * Reads DER, one element after another. Throws an {@link InvalidKeySpecException} if the next element is not as asked for, or not
 * whole. For one thread.
 */
final class DerReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    /** Returns whether another element follows, and has this tag. */
    boolean next(int tag) {
        return position < end && (bytes[position] & 0xFF) == tag;
    }

    /** The content of the next element, which has this tag. */
    DerReader enter(int tag) throws InvalidKeySpecException {
        if (!next(tag)) {
            throw new InvalidKeySpecException(
                    "DER: expected tag " + Integer.toHexString(tag) + " at byte " + position + " of " + end);
        }
        position++;
        int length = length();
        if (length < 0 || length > end - position) {
            throw new InvalidKeySpecException("DER: the element at byte " + position + " is not whole");
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** The length, or -1 for one that is missing or too long. */
    private int length() {
        if (position >= end) {
            return -1;
        }
        int first = bytes[position++] & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7F;
        if (count == 0 || count > 3 || count > end - position) {
            return -1;
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = (length << 8) | (bytes[position++] & 0xFF);
        }
        return length;
    }

    /** What is left, with the tags and lengths in it. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    /** An object identifier in its dotted form. */
    String oid() throws InvalidKeySpecException {
        DerReader content = enter(Der.OID);
        StringBuilder text = new StringBuilder();
        BigInteger arc = BigInteger.ZERO;
        for (byte one : content.rest()) {
            arc = arc.shiftLeft(7).or(BigInteger.valueOf(one & 0x7F));
            if (one >= 0) {
                int first = text.isEmpty() ? arc.min(BigInteger.valueOf(80)).intValue() / 40 : -1;
                text.append(first < 0 ? "." + arc : first + "." + arc.subtract(BigInteger.valueOf(40L * first)));
                arc = BigInteger.ZERO;
            }
        }
        return text.toString();
    }
}
