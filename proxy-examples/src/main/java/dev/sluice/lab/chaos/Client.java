package dev.sluice.lab.chaos;

import dev.sluice.lab.chaos.Answer.Verdict;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends requests at a steady rate over one kept connection, and never repeats one that failed. If an
 * answer takes longer than the time to the next request, the next one is sent at once. More than one missed request is
 * not made up for.
 */
final class Client implements Runnable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final InetSocketAddress proxy;
    private final String name;
    private final Random random;
    private final long intervalNanos;
    private final BooleanSupplier goesOn;
    private final Tally tally;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Client(
            InetSocketAddress proxy,
            String name,
            Random random,
            long intervalNanos,
            BooleanSupplier goesOn,
            Tally tally) {
        this.proxy = proxy;
        this.name = name;
        this.random = random;
        this.intervalNanos = intervalNanos;
        this.goesOn = goesOn;
        this.tally = tally;
    }

    @Override
    public void run() {
        long nextNanos = System.nanoTime() + random.nextLong(intervalNanos);
        try {
            for (int count = 0; goesOn.getAsBoolean(); count++) {
                TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
                long beginNanos = System.nanoTime();
                Asked asked = Asked.any(name + '-' + count, random);
                Answer answer = ask(asked);
                tally.count(asked, answer, System.nanoTime() - beginNanos);
                nextNanos = Math.max(nextNanos + intervalNanos, System.nanoTime() - intervalNanos);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private Answer ask(Asked asked) {
        Answer answer;
        try {
            connection().getOutputStream().write(asked.bytes());
            answer = Answer.read(asked, in);
        } catch (IOException broken) {
            answer = Answer.failed(Verdict.CUT, broken.toString());
        }
        if (!answer.keepsConnection()) {
            close();
        }
        return answer;
    }

    private Socket connection() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            socket = open;
            open.setTcpNoDelay(true);
            open.setSoTimeout(TIMEOUT_MILLIS);
            open.connect(proxy, TIMEOUT_MILLIS);
            in = new BufferedInputStream(open.getInputStream(), 16 * 1024);
        }
        return open;
    }

    private void close() {
        Socket open = socket;
        socket = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException gone) {
            // The connection is not used any more.
        }
    }
}
