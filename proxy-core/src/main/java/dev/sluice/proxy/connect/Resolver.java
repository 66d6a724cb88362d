package dev.sluice.proxy.connect;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Finds the addresses of a name. Called from many threads at once; may block, also inside the operating system: the
 * library calls it on special platform threads, of which there are 128 in the whole JVM.
 */
@FunctionalInterface
public interface Resolver {
    /**
     * The addresses of a host, in the order in which they should be tried. It is never called for an address in literal
     * form.
     *
     * @throws IOException if the name is not known, or the look-up failed; an empty list counts as the same
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * The resolver of the operating system, through the JVM's cache, which keeps an answer for the time in the security
     * property {@code networkaddress.cache.ttl}, 30 s by default. On a virtual thread it is automatically {@link
     * #bounded}, with a timeout of 30 s.
     */
    static Resolver system() {
        return host -> VirtualThreads.isCurrent()
                ? BoundedResolver.SYSTEM.resolve(host)
                : List.of(InetAddress.getAllByName(host));
    }

    /**
     * This resolver, called on one of the platform threads for look-ups, while the calling thread waits. Use it on a
     * virtual thread, whose carrier thread a look-up inside the operating system would hold, or if you must not wait
     * for long. It throws if there is no answer in time, and an {@link java.io.InterruptedIOException} if the calling
     * thread is interrupted, which then stays interrupted.
     *
     * @param time the clock that the timeout counts on
     * @param timeout how long one look-up may take, with the wait for a thread
     * @throws IllegalArgumentException if the timeout is not positive
     */
    default Resolver bounded(TimeSource time, Duration timeout) {
        return new BoundedResolver(this, time, Require.positive("timeout", timeout));
    }
}
