package dev.sluice.proxy.log;

import dev.sluice.proxy.ExchangeRecord;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A function of the user's. What it throws is logged and changes nothing else. Safe for use by many threads.
 *
 * <p>The first failure is logged, then the second, the fourth, and so on: a client that can cause it does not fill the log.
 * The line has the class of the exception and where it was thrown, but not its message, in which a secret may stand.
 */
final class Guarded<T extends @Nullable Object> {
    private final String what;
    private final Function<ExchangeRecord, T> function;
    private final T otherwise;
    private final Logger log;
    private final AtomicLong failures = new AtomicLong();

    /**
     * @param what the function, as the log names it
     * @param otherwise the result if it throws
     */
    Guarded(String what, Function<ExchangeRecord, T> function, T otherwise, Logger log) {
        this.what = what;
        this.function = function;
        this.otherwise = otherwise;
        this.log = log;
    }

    T of(ExchangeRecord record) {
        try {
            return function.apply(record);
        } catch (RuntimeException | Error fault) {
            failed(fault);
            return otherwise;
        }
    }

    private void failed(Throwable fault) {
        long times = failures.incrementAndGet();
        if (Long.bitCount(times) == 1) {
            log.warn(
                    "{} has failed ({} so far): {}{}",
                    what,
                    times,
                    fault.getClass().getName(),
                    place(fault));
        }
    }

    /** The nearest code that is not the JDK's. */
    private static String place(Throwable fault) {
        for (StackTraceElement frame : fault.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("jdk.")) {
                return " at " + frame;
            }
        }
        return "";
    }
}
