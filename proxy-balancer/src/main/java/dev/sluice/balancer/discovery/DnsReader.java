package dev.sluice.balancer.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a message (RFC 1035 §4) one after another, and never past its end. Not for several threads.
 *
 * <p>For any bytes, each method ends, and throws only an IOException.
 */
final class DnsReader {
    private static final int CLASS_IN = 1;
    private static final int CNAME = 5;
    private static final int SOA = 6;

    /** RFC 1035 §2.3.4, in bytes as they are on the wire. */
    private static final int MOST_NAME_BYTES = 255;

    private final byte[] bytes;
    private int at;

    DnsReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean atEnd() {
        return at == bytes.length;
    }

    int u16() throws IOException {
        need(2);
        int value = (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
        at += 2;
        return value;
    }

    private long u32() throws IOException {
        return (long) u16() << 16 | u16();
    }

    /** RFC 2181 §8: with the top bit set it is zero. */
    private long ttl() throws IOException {
        long value = u32();
        return value > Integer.MAX_VALUE ? 0 : value;
    }

    /**
     * A name without its last dot, in lower case (RFC 4343); the root is empty. A character that is not printable, and
     * a dot or a backslash in a label, is written as RFC 1035 §5.1 says, so that different names are different strings.
     */
    String name() throws IOException {
        StringBuilder text = new StringBuilder();
        int size = 1;
        int position = at;
        // Each pointer leads to a place before the last one, so a loop is impossible (RFC 1035 §4.1.4: a prior name).
        int before = at;
        boolean jumped = false;
        while (true) {
            int length = byteAt(position++);
            if (length >= 0xc0) {
                before = target(length, position, before);
                at = jumped ? at : position + 1;
                jumped = true;
                position = before;
                continue;
            }
            size += length == 0 ? 0 : length + 1;
            if (length > 63 || size > MOST_NAME_BYTES) {
                throw new IOException(length > 63 ? "a label is of an unknown kind" : "a name is too long");
            }
            if (length == 0) {
                at = jumped ? at : position;
                return text.toString().toLowerCase(Locale.ROOT);
            }
            label(text, position, length);
            position += length;
        }
    }

    private int target(int firstByte, int next, int before) throws IOException {
        int target = (firstByte & 0x3f) << 8 | byteAt(next);
        if (target >= before) {
            throw new IOException("a pointer in a name does not point backwards");
        }
        return target;
    }

    private void label(StringBuilder text, int from, int length) throws IOException {
        if (text.length() > 0) {
            text.append('.');
        }
        for (int i = from; i < from + length; i++) {
            int c = byteAt(i);
            if (c == '.' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c > ' ' && c < 0x7f) {
                text.append((char) c);
            } else {
                text.append(String.format(Locale.ROOT, "\\%03d", c));
            }
        }
    }

    /** The question: null if it is of another class. */
    @Nullable
    DnsQuestion question() throws IOException {
        String name = name();
        int code = u16();
        int group = u16();
        for (DnsType type : DnsType.values()) {
            if (type.code == code && group == CLASS_IN) {
                return new DnsQuestion(name, type);
            }
        }
        return null;
    }

    /** Reads {@code count} records, and adds those of a known type. */
    void records(int count, List<DnsRecord> to) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = name();
            int type = u16();
            int group = u16();
            long ttlSeconds = ttl();
            int length = u16();
            need(length);
            int end = at + length;
            DnsRecord.Data data = group == CLASS_IN ? data(type, length) : null;
            if (data == null) {
                at = end;
            } else if (at != end) {
                throw new IOException("a record of type " + type + " has the wrong length: " + length);
            } else {
                to.add(new DnsRecord(name, ttlSeconds, data));
            }
        }
    }

    private DnsRecord.@Nullable Data data(int type, int length) throws IOException {
        if (type == DnsType.A.code) {
            return new DnsRecord.Address(DnsType.A, address(length, 4));
        }
        if (type == DnsType.AAAA.code) {
            return new DnsRecord.Address(DnsType.AAAA, address(length, 16));
        }
        if (type == DnsType.SRV.code) {
            return new DnsRecord.Service(u16(), u16(), u16(), name());
        }
        if (type == CNAME) {
            return new DnsRecord.Alias(name());
        }
        return type == SOA ? authority() : null;
    }

    private InetAddress address(int length, int expected) throws IOException {
        if (length != expected) {
            throw new IOException("an address has the wrong length: " + length);
        }
        InetAddress address = InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length));
        at += length;
        return address;
    }

    private DnsRecord.StartOfAuthority authority() throws IOException {
        name();
        name();
        need(20);
        at += 16;
        return new DnsRecord.StartOfAuthority(ttl());
    }

    private int byteAt(int position) throws IOException {
        if (position >= bytes.length) {
            throw cut();
        }
        return bytes[position] & 0xff;
    }

    private void need(int count) throws IOException {
        if (count > bytes.length - at) {
            throw cut();
        }
    }

    private static IOException cut() {
        return new IOException("a message of the DNS ends too early");
    }
}
