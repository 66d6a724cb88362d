package dev.sluice.balancer.internal;

import dev.sluice.proxy.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what is a user's where it holds up neither the clock nor an exchange. */
public final class HandOff {
    private static final Logger LOG = LoggerFactory.getLogger(HandOff.class);

    private HandOff() {}

    /** Runs {@code call} as {@link TimeSource#handOff} does, or on the calling thread when there is no other. */
    public static void run(TimeSource time, String name, Runnable call) {
        try {
            time.handOff(name, call);
        } catch (RuntimeException | Error noThread) {
            LOG.error("there is no thread for {}, which therefore runs where it may hold up others", name, noThread);
            call.run();
        }
    }
}
