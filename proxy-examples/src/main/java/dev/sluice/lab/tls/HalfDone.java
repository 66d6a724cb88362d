package dev.sluice.lab.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Clients that never finish their handshake: they send nothing, a byte, half of a ClientHello, or all of it, and wait
 * until the server ends it. They come from an address of their own, if the machine has one.
 */
final class HalfDone implements Runnable, AutoCloseable {
    private final InetSocketAddress server;
    private final int count;
    private final byte[] hello;
    private final Random random;
    private final BooleanSupplier comeAgain;
    private final Selector selector = Selector.open();
    private final CountDownLatch allOpen = new CountDownLatch(1);
    private final LongAdder ended = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long shortestNanos = Long.MAX_VALUE;
    private volatile long longestNanos;
    private volatile boolean closing;

    /** @param comeAgain whether another one comes for each that was ended */
    HalfDone(InetSocketAddress server, SSLContext context, int count, long seed, BooleanSupplier comeAgain)
            throws IOException {
        this.server = server;
        this.count = count;
        this.hello = hello(context);
        this.random = new Random(seed);
        this.comeAgain = comeAgain;
    }

    private static byte[] hello(SSLContext context) throws SSLException {
        SSLEngine engine = context.createSSLEngine("lab.test", 443);
        engine.setUseClientMode(true);
        ByteBuffer bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        byte[] hello = new byte[bytes.flip().remaining()];
        bytes.get(hello);
        return hello;
    }

    /** Comes, and waits for the ends, until all are over or this is closed. */
    @Override
    public void run() {
        try {
            for (int i = 0; i < count; i++) {
                come();
            }
            allOpen.countDown();
            ByteBuffer flight = ByteBuffer.allocate(16 * 1024);
            while (!closing && !selector.keys().isEmpty()) {
                selector.select(key -> look(key, flight));
            }
        } catch (IOException failure) {
            failed.increment();
        } finally {
            allOpen.countDown();
            leave();
        }
    }

    private void leave() {
        try (selector) {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException failure) {
            failed.increment();
        }
    }

    private void come() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(new InetSocketAddress("127.0.0.2", 0));
        } catch (SocketException noSuchAddress) {
            // Linux has all of 127.0.0.0/8, others only 127.0.0.1.
        }
        channel.connect(server);
        int length = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> hello.length / 2;
            default -> hello.length;
        };
        channel.write(ByteBuffer.wrap(hello, 0, length));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, System.nanoTime());
    }

    /** Takes what the server sends, until it ends the connection. */
    private void look(SelectionKey key, ByteBuffer flight) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (channel.read(flight.clear()) >= 0) {
                return;
            }
        } catch (IOException reset) {
            // This is an end too.
        }
        long waitedNanos = System.nanoTime() - (Long) key.attachment();
        shortestNanos = Math.min(shortestNanos, waitedNanos);
        longestNanos = Math.max(longestNanos, waitedNanos);
        ended.increment();
        try {
            channel.close();
            if (comeAgain.getAsBoolean()) {
                come();
            }
        } catch (IOException failure) {
            failed.increment();
        }
    }

    /** Waits until all have come. */
    void awaitOpen() throws InterruptedException {
        allOpen.await();
    }

    /** How many the server has ended. */
    long ended() {
        return ended.sum();
    }

    /** How many could not come. */
    long failed() {
        return failed.sum();
    }

    /** How soon the server has ended one; {@link Long#MAX_VALUE} for none. */
    long shortestNanos() {
        return shortestNanos;
    }

    /** How long the server let one wait. */
    long longestNanos() {
        return longestNanos;
    }

    /** Those that are left leave. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
    }
}
