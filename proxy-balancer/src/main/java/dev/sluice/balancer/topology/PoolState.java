package dev.sluice.balancer.topology;

import dev.sluice.balancer.eject.Ejection;
import dev.sluice.balancer.eject.Peers;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.live.Transitions;
import dev.sluice.balancer.outlier.PassiveHealth;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The view that picks are made in, and the lock. A transition takes the lock, changes what the members' parts say, and
 * replaces the view by one volatile write; after it events go out, and requests that wait for a member are called if
 * there is one. Picks and ends of attempts take no lock, except a failure that may eject a member.
 */
public final class PoolState implements Transitions, Peers {
    private final PoolSettings settings;
    private final List<ViewListener> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private volatile PoolView view;
    private volatile boolean closed;

    /** Without members, and open. */
    public PoolState(PoolSettings settings, LoadBalancer strategy) {
        this.settings = settings;
        this.view = new PoolView(Topology.empty(strategy, settings.affinity()), settings);
    }

    /** What the user asked of the pool. */
    public PoolSettings settings() {
        return settings;
    }

    /** The members as they are now. */
    public PoolView view() {
        return view;
    }

    /** Returns whether the pool is closed. */
    public boolean closed() {
        return closed;
    }

    /** Adds a listener for each change, after the earlier ones. Only while the pool is put together. */
    public void tell(ViewListener listener) {
        listeners.add(listener);
    }

    @Override
    public void run(Runnable change) {
        call(() -> {
            change.run();
            return this;
        });
    }

    /** As {@link #run}, of a change that has a result. */
    public <T> T call(Supplier<T> change) {
        PoolView before;
        T result;
        synchronized (lock) {
            before = view;
            result = change.get();
            for (ViewListener listener : listeners) {
                listener.within(before, view);
            }
        }
        for (ViewListener listener : listeners) {
            listener.after(before, view);
        }
        return result;
    }

    @Override
    public void changed() {
        swap(view.topology());
    }

    /** Within a transition: the members are these now. */
    public void swap(Topology topology) {
        view = new PoolView(topology, settings);
    }

    /** Within a transition: the pool is closed. */
    public void close() {
        closed = true;
    }

    @Override
    public int all() {
        return view.topology().size();
    }

    @Override
    public int up() {
        return view.up().cardinality();
    }

    @Override
    public int inUse() {
        return view.available().cardinality();
    }

    @Override
    public Iterable<PassiveHealth> healthOfThoseInUse() {
        PoolView now = view;
        return () -> now.available().stream()
                .mapToObj(
                        index -> now.topology().member(index).live().ejection().passive())
                .iterator();
    }

    /** The ejections of the members in use. */
    public List<Ejection> ejectionsOfThoseInUse() {
        PoolView now = view;
        List<Ejection> ejections = new ArrayList<>();
        BitSet available = now.available();
        for (int i = available.nextSetBit(0); i >= 0; i = available.nextSetBit(i + 1)) {
            ejections.add(now.topology().member(i).live().ejection());
        }
        return ejections;
    }
}
