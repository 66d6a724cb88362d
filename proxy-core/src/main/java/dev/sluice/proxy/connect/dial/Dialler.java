package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.lookup.Answer;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to one destination, on one clock: looks its name up, asks a rule about each address, connects,
 * sends the PROXY header, and does the TLS handshake. It remembers the addresses of the name, and which of them failed.
 * Open connections belong to the caller. Safe for use by many threads.
 */
public final class Dialler {
    final Destination destination;
    final DialSettings settings;
    final TimeSource time;
    final Watch watch;
    final Name name;

    /** @param onChange is run after each answer of the resolver that differs from the one before, without locks */
    public Dialler(Destination destination, DialSettings settings, TimeSource time, Runnable onChange) {
        this.destination = destination;
        this.settings = settings;
        this.time = time;
        this.watch = Watch.of(time);
        this.name = new Name(destination, settings, time, onChange);
    }

    /**
     * A new connection, ready for its first request.
     *
     * @param serverName the name for TLS that a request has chosen, or null
     * @param rule is asked about each address, just before exactly that one is connected to
     * @param scope its cancellation breaks the opening off; its client is the one that a PROXY header names
     * @throws ProxyException of the address that failed last, or REFUSED when the rule permits none; NOT_SENT
     * @throws InterruptedException if the thread is interrupted while it waits or connects
     */
    public Dialled dial(@Nullable String serverName, AddressRule rule, Exchange scope)
            throws ProxyException, InterruptedException {
        return Opening.open(this, serverName, rule, scope);
    }

    /**
     * The last addresses of the name, or null; looks it up again in the background if they are old. Otherwise costs
     * only a comparison.
     *
     * @param scope a new look-up counts for its client, if clients choose the name
     */
    public @Nullable Answer known(Exchange scope, long nowNanos) {
        return name.known(scope, nowNanos);
    }

    /** The last addresses of the name, or null. */
    public @Nullable Answer last() {
        return name.last();
    }

    /** Returns whether it has something that must not be forgotten: a running look-up, or a failure. */
    public boolean needed(long nowNanos) {
        return name.needed(nowNanos);
    }

    Authority authority() {
        return destination.authority();
    }
}
