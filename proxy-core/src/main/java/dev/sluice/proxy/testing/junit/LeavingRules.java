package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
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
        Signal ended = new Signal();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        String chunk = Integer.toHexString(PIECE) + "\r\n" + "x".repeat(PIECE) + "\r\n";
        try (Proxied proxied = subject.playing(connection -> {
            connection.readHead();
            try {
                connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (sent.get() < PIECES) {
                    connection.write(chunk);
                    sent.incrementAndGet();
                }
                connection.write("0\r\n\r\n");
            } catch (IOException left) {
                stopped.set(true);
            } finally {
                ended.fire();
            }
        })) {
            String request = subject.request("GET");
            leave(proxied, request);
            if (!ended(ended) || !stopped.get()) {
                findings.add(
                        new Finding("the client left after the beginning of the response, and the upstream has sent "
                                        + sent.get() + " pieces of 64 KiB")
                                .sent("the client", request));
            }
        }
        findings.check();
    }

    private static void leave(Proxied proxied, String request) throws IOException {
        try (RawConnection client = proxied.connect()) {
            client.write(request);
            client.readHead();
            client.readExactly(1);
            client.reset();
        }
    }

    private static boolean ended(Signal ended) throws InterruptedException {
        TimeSource time = TimeSource.system();
        return time.await(ended, time.deadline(Change.LIMIT));
    }
}
