package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.net.URI;
import java.util.function.Function;

/** One way to ask an upstream how it is. */
interface Probe {
    /**
     * Asks, and blocks until there is an answer or the scope is cancelled.
     *
     * @param upstream what {@link #target} returned
     * @return what the upstream answered, when that is good
     * @throws IOException if it is not, or there was no answer; the message says what was wrong
     */
    String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException;

    /**
     * What is asked: the member itself, or an upstream that this has made for a place of its own, to be closed by the
     * caller.
     *
     * @param connect makes upstreams
     */
    default Upstream target(Upstream member, Function<URI, Upstream> connect) {
        return member;
    }

    /** Refuses an upstream that cannot be asked like this. */
    default void requireFor(Upstream upstream) {}
}
