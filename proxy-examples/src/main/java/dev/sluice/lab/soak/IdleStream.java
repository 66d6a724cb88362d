package dev.sluice.lab.soak;

import dev.sluice.lab.Heads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A stream on which nobody says anything for long, and that must still be there afterwards. */
final class IdleStream {
    private static final byte[] PING = "ping".getBytes(StandardCharsets.ISO_8859_1);

    private IdleStream() {}

    /** Returns whether the proxy still carries bytes in both directions after this time. */
    static boolean survives(InetSocketAddress proxy, Duration silence) throws InterruptedException {
        try (Socket socket = new Socket()) {
            socket.connect(proxy);
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /echo HTTP/1.1\r\nHost: soak.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (!Heads.read(in).startsWith("HTTP/1.1 101 ")) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(silence.toMillis());
            socket.getOutputStream().write(PING);
            return Arrays.equals(in.readNBytes(PING.length), PING);
        } catch (IOException ended) {
            return false;
        }
    }
}
