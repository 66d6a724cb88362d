package dev.sluice.proxy.wire;

import dev.sluice.proxy.wire.ProxyHeader.Endpoints;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The binary form of HAProxy's {@code proxy-protocol.txt} §2.2. */
final class ProxyHeaderV2 {
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED_BYTES = 16;

    /** The format allows 64 KiB of addresses and extensions. */
    private static final int MAX_CONTENT_BYTES = 4 * 1024;

    static final int MAX_BYTES = FIXED_BYTES + MAX_CONTENT_BYTES;

    private static final int VERSION = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    private static final int STREAM = 1;
    private static final int UNIX_ADDRESSES = 2 * 108;

    private ProxyHeaderV2() {}

    static int end(byte[] bytes, int length) throws IOException {
        for (int i = 0; i < Math.min(length, SIGNATURE.length); i++) {
            if (bytes[i] != SIGNATURE[i]) {
                throw new IOException("no PROXY header: the connection begins with something else");
            }
        }
        if (length < FIXED_BYTES) {
            return -1;
        }
        int size = (bytes[14] & 0xff) << 8 | (bytes[15] & 0xff);
        if (size > MAX_CONTENT_BYTES) {
            throw new IOException("PROXY header: " + size + " bytes, more than " + MAX_CONTENT_BYTES);
        }
        return FIXED_BYTES + size;
    }

    static @Nullable Endpoints parse(byte[] bytes, int end) throws IOException {
        int version = (bytes[12] & 0xf0) >> 4;
        int command = bytes[12] & 0xf;
        if (version != VERSION || command > PROXY) {
            throw new IOException("PROXY header: version " + version + ", command " + command);
        }
        if (command == LOCAL) {
            return null;
        }
        int family = (bytes[13] & 0xf0) >> 4;
        int protocol = bytes[13] & 0xf;
        // The whole protocol byte 0 says that nothing is known; a datagram cannot have come over TCP.
        if (family > UNIX || protocol != (family == 0 ? 0 : STREAM)) {
            throw new IOException("PROXY header: address family " + family + ", transport protocol " + protocol);
        }
        int addresses = family == INET ? 12 : family == INET6 ? 36 : family == UNIX ? UNIX_ADDRESSES : 0;
        if (end - FIXED_BYTES < addresses) {
            throw new IOException("PROXY header: " + (end - FIXED_BYTES) + " bytes, too few for two addresses");
        }
        return family == INET || family == INET6 ? endpoints(bytes, family == INET ? 4 : 16) : null;
    }

    /** What follows, type-length-value extensions, is skipped. */
    private static Endpoints endpoints(byte[] bytes, int addressBytes) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(bytes).position(FIXED_BYTES);
        byte[] address = new byte[addressBytes];
        InetAddress source = InetAddress.getByAddress(next(content, address));
        InetAddress destination = InetAddress.getByAddress(next(content, address));
        int sourcePort = content.getShort() & 0xffff;
        int destinationPort = content.getShort() & 0xffff;
        return new Endpoints(
                new InetSocketAddress(source, sourcePort), new InetSocketAddress(destination, destinationPort));
    }

    private static byte[] next(ByteBuffer content, byte[] target) {
        content.get(target);
        return target;
    }

    static byte[] header(InetSocketAddress source, InetSocketAddress destination) {
        boolean four = source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
        int size = four ? 12 : 36;
        return ByteBuffer.allocate(FIXED_BYTES + size)
                .put(SIGNATURE)
                .put((byte) (VERSION << 4 | PROXY))
                .put((byte) ((four ? INET : INET6) << 4 | STREAM))
                .putShort((short) size)
                .put(four ? source.getAddress().getAddress() : bytes16(source.getAddress()))
                .put(four ? destination.getAddress().getAddress() : bytes16(destination.getAddress()))
                .putShort((short) source.getPort())
                .putShort((short) destination.getPort())
                .array();
    }

    /** An IPv4 address becomes {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5.2). */
    static byte[] bytes16(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            return bytes;
        }
        return ByteBuffer.allocate(16)
                .putShort(10, (short) -1)
                .position(12)
                .put(bytes)
                .array();
    }
}
