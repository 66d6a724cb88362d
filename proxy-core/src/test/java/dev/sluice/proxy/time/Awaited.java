package dev.sluice.proxy.time;

import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits at most 30 s for something that another thread or the other end of a connection does, and then fails. For tests
 * of each module.
 */
public final class Awaited {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofMillis(50);

    private Awaited() {}

    public static void signal(Signal signal) {
        TimeSource real = TimeSource.system();
        try {
            require(real.await(signal, real.deadline(PATIENCE)));
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }

    public static void latch(CountDownLatch latch) {
        try {
            require(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }

    public static void isTrue(Callable<Boolean> condition) {
        require(within(PATIENCE, condition));
    }

    /**
     * Lets time go on in steps until it is true. Between two steps the threads have a moment of real time, so that no write is
     * overdue which only has not been done yet.
     */
    public static void passing(ManualTime time, Duration step, Callable<Boolean> condition) {
        isTrue(() -> {
            boolean happened = within(MOMENT, condition);
            if (!happened) {
                time.advance(step);
            }
            return happened;
        });
    }

    /** Returns whether it became true in this time. */
    public static boolean within(Duration most, Callable<Boolean> condition) {
        TimeSource real = TimeSource.system();
        long deadlineNanos = real.deadline(most);
        try {
            while (!condition.call()) {
                if (real.nanos() >= deadlineNanos) {
                    return false;
                }
                Thread.yield();
            }
            return true;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /** Waits until no connections are accepted there any more. */
    public static void refusal(InetSocketAddress address) {
        isTrue(() -> isRefused(address));
    }

    private static boolean isRefused(InetSocketAddress address) {
        try (RawConnection late = RawConnection.connect(address)) {
            return late.address() == null;
        } catch (IOException refused) {
            return true;
        }
    }

    private static void require(boolean happened) {
        if (!happened) {
            throw new AssertionError("it did not happen within " + PATIENCE.toSeconds() + " s");
        }
    }
}
