package dev.sluice.lab.soak;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A body in each direction that no window takes at once: if a soak has lost room in one, it stops. */
final class LargeBodies {
    static final String PATH = "/large";

    /** More than the largest window of a connection of HTTP/2. */
    static final int LENGTH = 40_000_000;

    private static final int PART = 100_000;

    private LargeBodies() {}

    /** Returns whether both have passed. */
    static boolean pass(InetSocketAddress proxy) {
        try (Socket socket = new Socket()) {
            socket.connect(proxy);
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + PATH + " HTTP/1.1\r\nHost: soak.test\r\nContent-Length: " + LENGTH + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            send(out);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = Heads.read(in);
            return head.startsWith("HTTP/1.1 200 ") && Heads.skipBody(head, in);
        } catch (IOException stopped) {
            return false;
        }
    }

    /** Sends such a body. */
    static void send(OutputStream out) throws IOException {
        byte[] part = new byte[PART];
        for (int sent = 0; sent < LENGTH; sent += part.length) {
            out.write(part);
        }
    }
}
