package dev.sluice.proxy.testing;

import dev.sluice.proxy.testing.change.Change;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TCP connection, for raw bytes. Text is ISO-8859-1, so that each character is one byte. A read that gets
 * nothing for 10 seconds fails. One thread may read while another writes; {@link #close} and {@link #reset} may be
 * called from any.
 */
public final class RawConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final Consumer<String> heads;

    RawConnection(Socket socket, Consumer<String> heads) throws IOException {
        this.socket = socket;
        this.heads = heads;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Change.LIMIT.toMillis());
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * A new connection to {@code address}.
     *
     * @throws IOException if it cannot be made within 10 seconds
     */
    public static RawConnection connect(InetSocketAddress address) throws IOException {
        return connect(null, address);
    }

    /**
     * A new connection from an address of this machine; the loopback interface has many: {@code 127.0.0.2}, {@code
     * 127.0.0.3} and so on.
     *
     * @param from null for any
     * @throws IOException if it cannot be made within 10 seconds, or {@code from} is not of this machine
     */
    public static RawConnection connect(@Nullable InetAddress from, InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.connect(address, (int) Change.LIMIT.toMillis());
            return new RawConnection(socket, head -> {});
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Reads the head of a message: everything up to and including the first empty line, with line ends as they came.
     *
     * @throws EOFException if the other side ends before
     * @throws IOException if reading fails, or nothing comes for 10 seconds
     */
    public String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append((char) next(head));
        }
        heads.accept(head.toString());
        return head.toString();
    }

    /**
     * Reads {@code count} bytes.
     *
     * @throws EOFException if the other side ends before
     * @throws IOException if reading fails, or nothing comes for 10 seconds
     */
    public String readExactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        int read = in.readNBytes(bytes, 0, count);
        String text = new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
        if (read < count) {
            throw ended(text);
        }
        return text;
    }

    /**
     * Reads until the other side ends.
     *
     * @throws IOException if reading fails, as after a reset, or nothing comes for 10 seconds
     */
    public String readAll() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes {@code text} as it is, without adding line ends.
     *
     * @throws IOException if writing fails
     */
    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Writes {@code bytes}.
     *
     * @throws IOException if writing fails
     */
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /**
     * Ends this side's direction; the other stays open.
     *
     * @throws IOException if the connection has failed
     */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes the connection with a TCP reset (RST), like a crashed peer: bytes on their way are lost. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            // There is nothing left to reset.
        }
        close();
    }

    /** The address of this end. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Closes the connection. Has no effect the second time. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // The other side sees the end in any case.
        }
    }

    private int next(CharSequence soFar) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw ended(soFar);
        }
        return b;
    }

    private static EOFException ended(CharSequence soFar) {
        return new EOFException("the other side ended after: \"" + soFar + "\"");
    }
}
