package dev.sluice.examples.demo;

import dev.sluice.examples.demo.Page.Answer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client with one kept connection. The JDK's client repeats a GET when its connection breaks. This client does not,
 * so no failure stays hidden. For one thread.
 */
final class Visitor implements AutoCloseable {
    /** The value of its {@code User-Agent} field. */
    static final String USER_AGENT = "sluice-demo";

    private static final int TIMEOUT_MILLIS = 30_000;

    private final InetSocketAddress address;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Visitor(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * Gets a page, and reads the answer to its end.
     *
     * @throws IOException if the answer does not come or breaks off; the next request takes a new connection
     */
    Answer get(String path) throws IOException {
        boolean keep = false;
        try {
            Socket open = connect();
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + address.getPort() + "\r\nUser-Agent: "
                    + USER_AGENT + "\r\n\r\n";
            open.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            Head head = head();
            long length = head.chunked ? skipChunks() : skip(head.length);
            keep = head.keep;
            return new Answer(head.status, length);
        } finally {
            if (!keep) {
                close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private Socket connect() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            socket = open;
            open.setSoTimeout(TIMEOUT_MILLIS);
            open.setTcpNoDelay(true);
            open.connect(address, TIMEOUT_MILLIS);
            in = new BufferedInputStream(open.getInputStream(), 16 * 1024);
        }
        return open;
    }

    private record Head(int status, long length, boolean chunked, boolean keep) {}

    private Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        long length = status == 204 || status == 304 ? 0 : -1;
        boolean chunked = false;
        boolean keep = true;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] field = line.toLowerCase(Locale.ROOT).split(":", 2);
            String value = field[1].strip();
            switch (field[0]) {
                case "content-length" -> length = length == 0 ? 0 : Long.parseLong(value);
                case "transfer-encoding" -> chunked = true;
                case "connection" -> keep = !value.contains("close");
                default -> {}
            }
        }
        return new Head(status, length, chunked, keep && (chunked || length >= 0));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after \"" + line + "\"");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Reads this number of bytes, or all if it is negative. */
    private long skip(long length) throws IOException {
        byte[] buffer = new byte[8192];
        long count = 0;
        while (count != length) {
            int want = length < 0 ? buffer.length : (int) Math.min(buffer.length, length - count);
            int n = in.read(buffer, 0, want);
            if (n < 0 && length >= 0) {
                throw new EOFException("the body ended after " + count + " of " + length + " bytes");
            }
            if (n < 0) {
                return count;
            }
            count += n;
        }
        return count;
    }

    private long skipChunks() throws IOException {
        long count = 0;
        long size = 1;
        while (size > 0) {
            size = Long.parseLong(line().split(";", 2)[0].strip(), 16);
            count += skip(size);
            line();
        }
        return count;
    }
}
