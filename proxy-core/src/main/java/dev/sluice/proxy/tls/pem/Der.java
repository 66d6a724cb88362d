package dev.sluice.proxy.tls.pem;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.List;

/** Writes the few types of DER (ITU-T X.690) that keys and certificates are made of. */
public final class Der {
    /** A whole number. */
    public static final int INTEGER = 0x02;
    /** Bits. */
    public static final int BIT_STRING = 0x03;
    /** Bytes. */
    public static final int OCTET_STRING = 0x04;
    /** An object identifier. */
    public static final int OID = 0x06;
    /** Elements in their order. */
    public static final int SEQUENCE = 0x30;
    /** Elements in no order. */
    public static final int SET = 0x31;
    /** The tag of an explicit {@code [0]}; those of {@code [1]} and so on follow. */
    public static final int CONTEXT = 0xA0;

    private static final byte[] NULL = {5, 0};
    private static final BigInteger LOW_BITS = BigInteger.valueOf(0x7F);

    private Der() {}

    /** An element with this tag, around its parts. */
    public static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        writeLength(out, content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
            return;
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        int zero = bytes[0] == 0 ? 1 : 0;
        out.write(0x80 | (bytes.length - zero));
        out.write(bytes, zero, bytes.length - zero);
    }

    /** A sequence of these elements. */
    public static byte[] sequence(byte[]... parts) {
        return element(SEQUENCE, parts);
    }

    /** A sequence of these elements. */
    public static byte[] sequence(List<byte[]> parts) {
        return sequence(parts.toArray(new byte[0][]));
    }

    /** A whole number. */
    public static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    /** A whole number. */
    public static byte[] integer(long value) {
        return integer(BigInteger.valueOf(value));
    }

    /** A string of whole bytes of bits. */
    public static byte[] bits(byte[] bytes) {
        return element(BIT_STRING, new byte[] {0}, bytes);
    }

    /** No value. */
    public static byte[] none() {
        return NULL.clone();
    }

    /** An object identifier, such as {@code 1.2.840.113549.1.1.1}. */
    public static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        writeArc(content, BigInteger.valueOf(40L * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1])));
        for (int i = 2; i < arcs.length; i++) {
            writeArc(content, new BigInteger(arcs[i]));
        }
        return element(OID, content.toByteArray());
    }

    /** Seven bits in a byte, the last one without the high bit. */
    private static void writeArc(ByteArrayOutputStream out, BigInteger arc) {
        for (int group = Math.max(1, (arc.bitLength() + 6) / 7) - 1; group >= 0; group--) {
            int bits = arc.shiftRight(7 * group).and(LOW_BITS).intValue();
            out.write(group == 0 ? bits : bits | 0x80);
        }
    }
}
