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
 * library calls it on platform threads that are kept for this, and there are 128 of them in the whole JVM.
 */
@FunctionalInterface
public interface Resolver {
    /**
     * The addresses of a host, in the order in which they are to be tried. An address in literal form is never asked
     * for.
     *
     * @throws IOException if the name is not known, or could not be asked for; an empty list counts as the same
     */
    List<InetAddress> resolve(String host) throws IOException;

    /**
     * The resolver of the operating system, through the JVM's own cache: an answer is kept for as long as the security
     * property {@code networkaddress.cache.ttl} says, which is 30 seconds by default. On a virtual thread it is {@link
     * #bounded} by itself, with a timeout of 30 s.
     */
    static Resolver system() {
        return host -> VirtualThreads.isCurrent()
                ? BoundedResolver.SYSTEM.resolve(host)
                : List.of(InetAddress.getAllByName(host));
    }

    /**
     * This resolver, asked on one of the platform threads that are kept for look-ups, while the calling thread waits.
     * For whoever runs on a virtual thread, which a look-up inside the operating system would keep from giving way to
     * others, and for whoever must not wait for long. It throws when there is no answer in time, and an {@link
     * java.io.InterruptedIOException} when the calling thread is interrupted, which then stays so.
     *
     * @param time the clock that the timeout counts on
     * @param timeout how long one look-up may take, the wait for a thread included
     * @throws IllegalArgumentException if the timeout is not positive
     */
    default Resolver bounded(TimeSource time, Duration timeout) {
        return new BoundedResolver(this, time, Require.positive("timeout", timeout));
    }
}
