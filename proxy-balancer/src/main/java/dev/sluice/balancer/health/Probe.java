package dev.sluice.balancer.health;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Upstream;
import java.io.IOException;

/** One way to ask an upstream how it is. */
interface Probe {
    /**
     * Asks, and blocks until there is an answer or the scope is cancelled.
     *
     * @return what the upstream answered, when that is good
     * @throws IOException if it is not, or there was no answer; the message says what was wrong
     */
    String ask(Upstream upstream, Exchange scope) throws IOException, InterruptedException;

    /** Refuses an upstream that cannot be asked like this. */
    default void requireFor(Upstream upstream) {}
}
