package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A server that prints its port, and ends with its input. With a number it has taken all descriptors of the process but so
 * many before its first client comes.
 */
final class FewDescriptorsProxy {
    private FewDescriptorsProxy() {}

    public static void main(String[] left) throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .addRoute("/**", request -> ProxyResponse.of(200, "hello"))
                .build()
                .start()) {
            if (left.length > 0) {
                takeAllBut(Integer.parseInt(left[0]));
            } else {
                serveOne(server);
            }
            System.out.println(server.address().getPort());
            while (System.in.read() >= 0) {
                // The input has no content; only its end matters.
            }
        }
    }

    /** Where classes are in folders, each new one takes a descriptor, and one that could not be opened is missing for good. */
    private static void serveOne(ProxyServer server) throws IOException {
        try (RawConnection first = RawConnection.connect(server.address())) {
            first.write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            first.readHead();
        }
    }

    private static void takeAllBut(int left) throws IOException {
        Deque<SocketChannel> taken = new ArrayDeque<>();
        try {
            while (true) {
                taken.push(SocketChannel.open());
            }
        } catch (IOException all) {
            for (int i = 0; i < left; i++) {
                taken.pop().close();
            }
        }
    }
}
