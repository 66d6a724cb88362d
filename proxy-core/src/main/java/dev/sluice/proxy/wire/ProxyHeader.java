package dev.sluice.proxy.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol, by which a proxy in front names its client: one header before everything else, also before TLS,
 * in one of two formats. The rules are those of HAProxy's {@code proxy-protocol.txt}, §2.1 and §2.2. Read it only from
 * peers that are trusted to send it, and then always: if a reader guessed whether it is there, anybody could choose an
 * address.
 */
public final class ProxyHeader {
    private ProxyHeader() {}

    /**
     * Reads a header of either version. Bytes after it stay for the next read. Blocks until the header is complete; set
     * a deadline for reading before.
     *
     * @return the two ends; null if the header says that the connection's own addresses count: {@code LOCAL} and {@code
     *     UNKNOWN}, and families without an address that Java has
     * @throws IOException if this is not a valid header, with the reason; then the connection must be closed. Also if
     *     reading fails
     */
    public static @Nullable Endpoints read(PlainWire wire) throws IOException {
        byte[] bytes = new byte[ProxyHeaderV2.MAX_BYTES];
        int length = 0;
        int end;
        do {
            int n = wire.read(bytes, length, bytes.length - length);
            if (n < 0) {
                throw new EOFException("the connection ended within its PROXY header");
            }
            length += n;
            end = end(bytes, length);
        } while (end < 0 || end > length);
        wire.unread(bytes, end, length - end);
        return bytes[0] == 'P' ? ProxyHeaderV1.parse(bytes, end) : ProxyHeaderV2.parse(bytes, end);
    }

    /** Where the header ends, or -1 while that is not known. Refuses as early as possible. */
    private static int end(byte[] bytes, int length) throws IOException {
        return bytes[0] == 'P' ? ProxyHeaderV1.end(bytes, length) : ProxyHeaderV2.end(bytes, length);
    }

    /**
     * The header of version 1, a line of text, to send before anything else on a connection on behalf of {@code
     * source}. If only one of the two addresses is IPv4, it is sent in its IPv6 form.
     *
     * @throws IllegalArgumentException if an address has not been resolved
     */
    public static byte[] text(InetSocketAddress source, InetSocketAddress destination) {
        require("source", source);
        require("destination", destination);
        return ProxyHeaderV1.header(source, destination);
    }

    /** The same in version 2, which is binary. */
    public static byte[] binary(InetSocketAddress source, InetSocketAddress destination) {
        require("source", source);
        require("destination", destination);
        return ProxyHeaderV2.header(source, destination);
    }

    private static void require(String name, InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(name + " has not been resolved: " + address);
        }
    }

    /**
     * The two ends of the connection that the proxy in front has accepted.
     *
     * @param source the client
     * @param destination the address to which the client has connected
     */
    public record Endpoints(InetSocketAddress source, InetSocketAddress destination) {
        /** Both are needed. */
        public Endpoints {
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(destination, "destination");
        }
    }
}
