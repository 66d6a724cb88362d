package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.Watch;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one listener share: its settings, and the state of its end. Safe for use by many threads.
 *
 * <p>Everything that may still bring a request <i>holds</i> the drain: the task that accepts, until it has emptied the
 * backlog, and each connection until it ends or only lingers. With the last of them the listener has settled.
 */
final class ListenerState {
    /** A minute's lines about connections that failed before or in their TLS handshake. */
    private static final int FAILED_OPENINGS = 20;

    private static final long NOT_DRAINING = -1;

    private final ListenerOptions options;
    private final Service service;
    private final Watch watch;
    private final @Nullable ServerTls tls;
    private final HalfReadHeads heads;
    private final Set<ClientConnection> lingering = ConcurrentHashMap.newKeySet();
    private final Tunnels tunnels;
    private final ListenerCounts counts = new ListenerCounts();
    private final LogLimit failedOpenings;

    /** The accepting task is one. */
    private final AtomicInteger holds = new AtomicInteger(1);

    private final Signal settled = new Signal();
    private volatile long drainingSinceNanos = NOT_DRAINING;

    /**
     * It does not drain yet.
     *
     * @param heads how many heads may be half read at once
     * @param tunnels how many tunnels may be open at once
     */
    ListenerState(Listener.Settings settings, ListenerOptions options, Service service, int heads, int tunnels) {
        this.options = options;
        this.service = service;
        this.watch = Watch.of(settings.time());
        TlsSettings fixed = settings.tls();
        this.tls = settings.tlsByName() != null || fixed == null ? settings.tlsByName() : ServerTls.of(fixed);
        ClientShares shares = new ClientShares(heads, service.limits().clientShare());
        this.heads = new HalfReadHeads(shares, new LogLimit(1, time()::nanos));
        this.tunnels = new Tunnels(tunnels);
        this.failedOpenings = new LogLimit(FAILED_OPENINGS, time()::nanos);
    }

    /** One more may bring a request. */
    void hold() {
        holds.incrementAndGet();
    }

    /** One less may bring a request. */
    void letGo() {
        if (holds.decrementAndGet() == 0) {
            settled.fire();
        }
    }

    /** Fires when nothing may bring a request any more. */
    Signal settled() {
        return settled;
    }

    /** From now on it drains. Has no effect the second time. */
    void drain() {
        if (!draining()) {
            drainingSinceNanos = time().nanos();
        }
    }

    boolean draining() {
        return drainingSinceNanos != NOT_DRAINING;
    }

    /** When the drain began; only while it is {@link #draining}. */
    long drainingSinceNanos() {
        return drainingSinceNanos;
    }

    /** The client that a connection of this peer counts for, or null for a peer that acts for many. */
    @Nullable
    InetAddress client(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        return options.speaksProxyProtocol(address) || service.trusts(address) ? null : address;
    }

    HalfReadHeads heads() {
        return heads;
    }

    Tunnels tunnels() {
        return tunnels;
    }

    ListenerCounts counts() {
        return counts;
    }

    /** The connections that linger, each with a thread. */
    Set<ClientConnection> lingering() {
        return lingering;
    }

    /** Ends the connection that has lingered for the longest, and so frees its thread; returns whether there is one. */
    boolean endLingering() {
        for (ClientConnection next = longestLingering(); next != null; next = longestLingering()) {
            lingering.remove(next);
            if (next.closeIfIdle()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable ClientConnection longestLingering() {
        ClientConnection longest = null;
        for (ClientConnection each : lingering) {
            if (longest == null || each.idleSinceNanos() < longest.idleSinceNanos()) {
                longest = each;
            }
        }
        return longest;
    }

    /** Limits the lines about connections that failed before or in their TLS handshake. */
    LogLimit failedOpenings() {
        return failedOpenings;
    }

    ListenerOptions options() {
        return options;
    }

    Service service() {
        return service;
    }

    Watch watch() {
        return watch;
    }

    TimeSource time() {
        return watch.time();
    }

    @Nullable
    ServerTls tls() {
        return tls;
    }
}
