package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.dial.DialSettings;
import dev.sluice.proxy.origin.ConnectCheck;
import dev.sluice.proxy.time.TimeSource;
import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pools of all destinations, each on its clock. The most recently used idle connection is taken first. If the
 * origin has closed one, or sent something on it without a request, this is noticed before its use. At the limit of
 * connections in use, an acquisition waits in a queue, first come first served. Safe for use by many threads.
 */
public final class Pools implements ConnectCheck, AutoCloseable {
    private final DialSettings dialing;
    private final ConnectionSettings settings;
    private final ConcurrentMap<PoolKey, OriginPool> pools = new ConcurrentHashMap<>();

    /** Guards {@code gone}, and that each pool counts in it or is among {@code pools}. */
    private final ReentrantLock ledger = new ReentrantLock();

    private final PoolCounts gone = new PoolCounts();
    private volatile boolean closed;

    /** Pools that hold nothing yet. */
    public Pools(DialSettings dialing, ConnectionSettings settings) {
        this.dialing = dialing;
        this.settings = settings;
    }

    /**
     * A connection to use for one request: an idle one, or a new one. It must be released or closed, also when the
     * scope ends otherwise.
     *
     * @param rule is asked about the address, whether the connection is new or not
     * @param scope its clock is used, its cancellation breaks off waiting and connecting, and a PROXY header names its
     *     client
     * @param fresh whether only a new connection, or one used within the last second, is allowed: for a request that
     *     must not be repeated (RFC 9112 §9.3.1)
     * @throws ProxyException NOT_SENT, with the outcome RESOLVE_FAILED, CONNECT_FAILED, CONNECT_TIMEOUT (also of the
     *     TLS handshake) or TLS_FAILED, of the last address that was tried; REFUSED when the rule permits no address;
     *     OVERLOADED when all connections are in use and the queue is full or the wait too long; SHUT_DOWN after {@link
     *     #close}; or the reason for which the scope was cancelled
     * @throws InterruptedException if the thread is interrupted while it waits or connects
     */
    public Connection acquire(Destination destination, AddressRule rule, Exchange scope, boolean fresh)
            throws ProxyException, InterruptedException {
        return enter(destination, rule, scope, true, fresh);
    }

    /**
     * A new connection that is never pooled, for a tunnel or a probe. It does not count as active, and never waits for
     * others. It must be released or closed, which is the same.
     *
     * @param rule as for {@link #acquire}
     * @param scope as for {@link #acquire}
     * @throws ProxyException as {@link #acquire} does, but never because connections are in use
     * @throws InterruptedException if the thread is interrupted while it connects
     */
    public Connection open(Destination destination, AddressRule rule, Exchange scope)
            throws ProxyException, InterruptedException {
        return enter(destination, rule, scope, false, false);
    }

    /** {@inheritDoc} The connection is never pooled: it counts as unpooled, and does not wait for others. */
    @Override
    public void check(URI destination, Exchange scope) throws ProxyException, InterruptedException {
        open(Destination.of(destination), AddressRule.ANY, scope).close();
    }

    private Connection enter(Destination destination, AddressRule rule, Exchange scope, boolean counted, boolean fresh)
            throws ProxyException, InterruptedException {
        while (true) {
            if (closed) {
                throw shutDown();
            }
            OriginPool pool = pool(scope.time(), destination);
            Connection slot = new Connection(pool, counted, destination.serverName());
            switch (pool.enter(slot)) {
                case ENTERED -> {
                    return Acquisition.fill(pool, slot, rule, scope, fresh);
                }
                case FULL -> {
                    Acquisition.await(pool, slot, scope);
                    return Acquisition.fill(pool, slot, rule, scope, fresh);
                }
                case CLOSED -> throw shutDown();
                case REMOVED -> {
                    // The pool was unused and has just been removed. The next one is new.
                }
            }
        }
    }

    private OriginPool pool(TimeSource time, Destination destination) {
        Destination place = destination.place();
        PoolKey key = new PoolKey(time, place);
        OriginPool pool = pools.get(key);
        if (pool == null) {
            pool = pools.computeIfAbsent(key, absent -> new OriginPool(place, dialing, settings, time, this::remove));
            pool.watch.add(pool);
            if (closed) {
                pool.close();
            }
        }
        return pool;
    }

    private void remove(OriginPool pool) {
        ledger.lock();
        try {
            PoolCounts done = pool.remove();
            if (done != null) {
                pools.remove(new PoolKey(pool.time, pool.destination), pool);
                gone.add(done);
            }
        } finally {
            ledger.unlock();
        }
        pool.unwatch();
    }

    /** The limits of each destination. */
    public ConnectionLimits limits() {
        return settings.limits();
    }

    /** What they hold and have done, for all destinations together. */
    public ConnectionStatistics statistics() {
        PoolSum sum = new PoolSum();
        ledger.lock();
        try {
            sum.add(gone);
            pools.values().forEach(pool -> pool.addTo(sum));
        } finally {
            ledger.unlock();
        }
        return sum.statistics();
    }

    /** The same for one destination, on all clocks together, since it was last forgotten. */
    public ConnectionStatistics statistics(Destination destination) {
        PoolSum sum = new PoolSum();
        for (OriginPool pool : pools.values()) {
            if (pool.destination.isAt(destination)) {
                pool.addTo(sum);
            }
        }
        return sum.statistics();
    }

    /** Closes the idle connections to this destination. Those in use stay. */
    public void closeIdle(Destination destination) {
        for (OriginPool pool : pools.values()) {
            if (pool.destination.isAt(destination)) {
                closeIdle(pool);
            }
        }
    }

    /** Closes all idle connections, for any destination. Those in use stay. */
    public void closeIdle() {
        pools.values().forEach(this::closeIdle);
    }

    private void closeIdle(OriginPool pool) {
        pool.closeIdle();
        // Otherwise it would be checked until it is found to be unused.
        remove(pool);
    }

    /**
     * Closes idle connections at once, and those in use when they are released. Requests that wait for one are refused.
     */
    @Override
    public void close() {
        closed = true;
        pools.values().forEach(OriginPool::close);
    }

    /** How many destinations are remembered. */
    public int size() {
        return pools.size();
    }

    static ProxyException shutDown() {
        return new ProxyException(Outcome.SHUT_DOWN, Delivery.NOT_SENT, "the connector is closed");
    }
}
