package dev.sluice.examples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The demo's origins, which end with it. For one thread. */
record Origins(List<OriginProcess> all) implements AutoCloseable {
    /** No origins. */
    static Origins none() {
        return new Origins(List.of());
    }

    /**
     * Starts this number of origins, and waits until they listen.
     *
     * @throws UncheckedIOException if one does not listen; all are ended then
     */
    static Origins start(int count) {
        List<OriginProcess> started = new ArrayList<>();
        Origins origins = new Origins(started);
        try {
            int port = 0;
            for (int i = 1; i <= count; i++) {
                port = freePort(port + 1);
                OriginProcess origin = new OriginProcess("origin-" + i, port);
                started.add(origin);
                origin.start();
            }
            started.forEach(OriginProcess::awaitReady);
            return origins;
        } catch (RuntimeException failure) {
            origins.close();
            throw failure;
        }
    }

    @Override
    public void close() {
        all.forEach(OriginProcess::close);
    }

    /**
     * A free port from 20000 to 30000, at or above {@code from}. The system would pick a port from the range of
     * outgoing connections, and such a connection could take the port while the origin is dead.
     */
    private static int freePort(int from) {
        int port = from > 20_000 ? from : ThreadLocalRandom.current().nextInt(20_000, 29_000);
        for (; port < 30_000; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The port is in use; try the next one.
            }
        }
        throw new UncheckedIOException(new IOException("no port from 20000 to 30000 is free"));
    }
}
