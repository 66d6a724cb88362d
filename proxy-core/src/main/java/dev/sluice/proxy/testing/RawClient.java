package dev.sluice.proxy.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Connects to a server, to send it raw bytes. */
public final class RawClient {
    private RawClient() {}

    /**
     * A new connection to {@code address}.
     *
     * @throws IOException if it cannot be made within 10 seconds
     */
    public static RawConnection connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, (int) Change.LIMIT.toMillis());
            return new RawConnection(socket, head -> {});
        } catch (IOException | RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }
}
