package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.net.URI;
import java.util.function.Function;

/** One way to find out whether an upstream is well. */
interface Probe {
    /**
     * Asks, and blocks until there is an answer or the scope is cancelled.
     *
     * @param upstream what {@link #target} returned
     * @return the upstream's answer, if it is good
     * @throws IOException if the answer is not good, or there was none; the message says what was wrong
     */
    String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException;

    /**
     * What is asked: the member itself, or an upstream that this has made for another place, to be closed by the
     * caller.
     *
     * @param connect makes upstreams
     */
    default Upstream target(Upstream member, Function<URI, Upstream> connect) {
        return member;
    }

    /** Refuses an upstream that cannot be asked in this way. */
    default void requireFor(Upstream upstream) {}
}
