package dev.sluice.proxy.server;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a server, in phases: <i>lame duck</i>, in which it serves as before but is not ready; <i>draining</i>, in
 * which it accepts nothing more and answers what had reached it; then the rest is cut. If the thread is interrupted,
 * the phase that it waits in is over, and later ones take no time. For one thread.
 */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.server.ProxyServer");

    /** How long exchanges have to notice that they are aborted, before their connections are cut. */
    private static final Duration ABORT = Duration.ofSeconds(1);

    /** The time after which it looks again for requests that have become tunnels. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Listener listener;
    private final OpenExchanges exchanges;
    private final Signal draining;
    private final TimeSource time;
    private final ClosingLog log;

    /** @param draining fired when the draining begins */
    Closing(Listener listener, OpenExchanges exchanges, Signal draining, TimeSource time, ClosingLog log) {
        this.listener = listener;
        this.exchanges = exchanges;
        this.draining = draining;
        this.time = time;
        this.log = log;
    }

    /** Closes what belongs to a server, or a server. A failure is logged, so that the others are closed too. */
    static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | Error failure) {
            LOG.warn("closing {} failed", resource, failure);
        }
    }

    void run(Duration lameDuck, Duration drain, Duration tunnels) {
        try {
            drain(lameDuck, drain, tunnels);
        } finally {
            listener.close();
            log.closed();
        }
    }

    private void drain(Duration lameDuck, Duration drain, Duration tunnels) {
        if (lameDuck.compareTo(Duration.ZERO) > 0) {
            log.lameDuck(lameDuck, exchanges.count());
            await(new Signal(), time.deadline(lameDuck));
        }
        long end = time.deadline(drain);
        long tunnelsEnd = Math.min(end, time.deadline(tunnels));
        log.drains(drain, exchanges.count());
        Signal settled = listener.stopAccepting();
        draining.fire();
        if (!await(settled, tunnelsEnd)) {
            endTunnels(settled, end);
        }
        if (!await(settled, end) || !await(exchanges.idle(), end)) {
            int left = exchanges.count();
            if (left > 0) {
                log.aborts(drain, left);
            }
            exchanges.cancelAll(Outcome.SHUT_DOWN);
            await(exchanges.idle(), time.deadline(ABORT));
        }
    }

    /** Repeated, because an earlier request may become a tunnel late. */
    private void endTunnels(Signal settled, long end) {
        do {
            exchanges.cancelTunnels(Outcome.SHUT_DOWN);
        } while (!await(settled, Math.min(end, time.deadline(AGAIN)))
                && time.nanos() < end
                && !Thread.currentThread().isInterrupted());
    }

    private boolean await(Signal signal, long deadline) {
        try {
            return time.await(signal, deadline);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
