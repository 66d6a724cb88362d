package dev.sluice.proxy.wire;

import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.wire.ProxyHeader.Endpoints;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The line of text of HAProxy's {@code proxy-protocol.txt} §2.1. */
final class ProxyHeaderV1 {
    private static final int MAX_BYTES = 107;
    private static final String START = "PROXY ";
    private static final String UNKNOWN = "PROXY UNKNOWN";
    private static final int FIELDS = 6;

    private ProxyHeaderV1() {}

    static int end(byte[] bytes, int length) throws IOException {
        for (int i = 0; i < Math.min(length, MAX_BYTES); i++) {
            if (i < START.length() && bytes[i] != START.charAt(i)) {
                throw new IOException("no PROXY header: the connection begins with something else");
            }
            if (bytes[i] == '\n') {
                if (bytes[i - 1] != '\r') {
                    throw new IOException("PROXY header: the line ends with a bare LF");
                }
                return i + 1;
            }
        }
        if (length >= MAX_BYTES) {
            throw new IOException("PROXY header: no CRLF in the first " + MAX_BYTES + " bytes");
        }
        return -1;
    }

    static @Nullable Endpoints parse(byte[] bytes, int end) throws IOException {
        String line = new String(bytes, 0, end - 2, StandardCharsets.ISO_8859_1);
        if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
            return null;
        }
        String[] fields = line.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new IOException("PROXY header: " + fields.length + " fields, not " + FIELDS);
        }
        boolean four = fields[1].equals("TCP4");
        if (!four && !fields[1].equals("TCP6")) {
            throw new IOException("PROXY header: the protocol is neither TCP4, TCP6 nor UNKNOWN");
        }
        return new Endpoints(
                new InetSocketAddress(address(fields[2], four), port(fields[4])),
                new InetSocketAddress(address(fields[3], four), port(fields[5])));
    }

    private static InetAddress address(String text, boolean four) throws IOException {
        InetAddress address = IpLiteral.parse(text);
        if (address == null || text.indexOf(':') < 0 != four) {
            int version = four ? 4 : 6;
            throw new IOException("PROXY header: no IPv" + version + " address where TCP" + version + " has one");
        }
        return address;
    }

    private static int port(String text) throws IOException {
        int port = text.length() > 1 && text.charAt(0) == '0' ? -1 : Ascii.number(text, 5);
        if (port < 0 || port > 65_535) {
            throw new IOException("PROXY header: a port is not a number from 0 to 65535 in its shortest form");
        }
        return port;
    }

    static byte[] header(InetSocketAddress source, InetSocketAddress destination) {
        boolean four = source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
        String line = START
                + (four ? "TCP4 " : "TCP6 ")
                + text(source.getAddress(), four) + ' '
                + text(destination.getAddress(), four) + ' '
                + source.getPort() + ' '
                + destination.getPort() + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(InetAddress address, boolean four) {
        if (four) {
            return address.getHostAddress();
        }
        byte[] bytes = ProxyHeaderV2.bytes16(address);
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < bytes.length; i += 2) {
            text.append(i == 0 ? "" : ":").append(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
        }
        return text.toString();
    }
}
