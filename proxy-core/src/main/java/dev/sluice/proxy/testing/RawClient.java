package dev.sluice.proxy.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** Connects to a server, to send it raw bytes. */
public final class RawClient {
    private RawClient() {}

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
}
