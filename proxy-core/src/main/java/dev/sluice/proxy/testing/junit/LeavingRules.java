package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.change.Change;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A response that nobody reads any more ends. */
final class LeavingRules {
    private static final int PIECE = 1 << 16;
    /** More than all buffers on the way hold: 64 MiB. */
    private static final int PIECES = 1 << 10;

    private LeavingRules() {}

    static void check(Subject subject) throws Exception {
        subject.requireThatItPassesOn();
        Findings findings = new Findings("Once the client has left, the upstream's connection must end:");
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger stopped = new AtomicInteger();
        AtomicInteger whole = new AtomicInteger();
        Change change = new Change();
        String chunk = Integer.toHexString(PIECE) + "\r\n" + "x".repeat(PIECE) + "\r\n";
        try (Proxied proxied = subject.playing(connection -> {
            begun.incrementAndGet();
            try {
                connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < PIECES; i++) {
                    connection.write(chunk);
                }
                connection.write("0\r\n\r\n");
                whole.incrementAndGet();
            } catch (IOException left) {
                stopped.incrementAndGet();
            } finally {
                change.tell();
            }
        })) {
            String request = subject.request("GET");
            String broken = leave(proxied, request);
            // A proxy that tries twice has ended one of them before.
            if (broken.isEmpty() && !change.await(() -> stopped.get() == begun.get(), Change.LIMIT)) {
                broken = "the client left after the beginning of the response, and the upstream "
                        + (whole.get() > 0 ? "has sent all of its 64 MiB" : "still sends");
            }
            if (!broken.isEmpty()) {
                findings.add(new Finding(broken).sent("the client", request));
            }
        }
        findings.check();
    }

    /** Leaves after the beginning of the response; returns why that cannot be, or nothing. */
    private static String leave(Proxied proxied, String request) throws IOException {
        try (RawConnection client = proxied.connect()) {
            client.write(request);
            client.readHead();
            client.readExactly(1);
            client.reset();
            return "";
        } catch (SocketTimeoutException silence) {
            return "the client did not get the beginning of the response within " + Change.LIMIT.toSeconds() + " s";
        } catch (EOFException | SocketException end) {
            return "the connection ended before the beginning of the response: " + end.getMessage();
        }
    }
}
