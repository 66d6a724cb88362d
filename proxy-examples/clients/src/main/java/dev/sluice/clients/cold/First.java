package dev.sluice.clients.cold;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The first request to a server of this JVM, by the cheapest client there is. */
final class First {
    private First() {}

    /** Sends a GET for {@code /hello}, and ends the process; with status 0 if the answer is {@code hello}. */
    static void answer(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            // Not every server ends the connection.
            byte[] answer = new byte[4096];
            int length = 0;
            while (!new String(answer, 0, length, StandardCharsets.US_ASCII).endsWith("hello")) {
                int n = socket.getInputStream().read(answer, length, answer.length - length);
                if (n <= 0) {
                    Runtime.getRuntime().halt(1);
                }
                length += n;
            }
            Runtime.getRuntime().halt(0);
        }
    }
}
