package dev.sluice.balancer.topology;

import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.eject.Ejection;
import dev.sluice.balancer.eject.EjectionStage;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.AttemptListeners;
import dev.sluice.balancer.live.Breaking;
import dev.sluice.balancer.live.Draining;
import dev.sluice.balancer.live.InFlight;
import dev.sluice.balancer.live.Limiting;
import dev.sluice.balancer.live.MemberDrain;
import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.live.Probing;
import dev.sluice.balancer.live.Results;
import dev.sluice.balancer.live.RunningAttempts;
import dev.sluice.balancer.live.Standing;
import dev.sluice.balancer.live.Warming;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running member: its upstream, and a part for each kind of state. Each part owns its state. This class puts them
 * together, and says what one means for another. It survives changes of the topology as long as its server is a member.
 */
public final class LiveMember implements Standing {
    private enum Stage {
        NEW,
        MEMBER,
        REMOVED
    }

    private final PoolParts pool;
    private final Upstream upstream;
    private final RunningAttempts running = new RunningAttempts();
    private final InFlight inFlight;
    private final Draining draining;
    private final @Nullable Limiting limiting;
    private final @Nullable Breaking breaking;
    private final Results results;
    private final Ejection ejection;
    private final Probing probing;
    private final Warming warming;
    private final AttemptListener listener;
    /** Guarded by the pool's transitions. */
    private Stage stage = Stage.NEW;

    /**
     * One that is no member yet.
     *
     * @param owned whether the upstream is closed with the member
     */
    public LiveMember(Upstream upstream, boolean owned, PoolParts pool) {
        this.pool = pool;
        this.upstream = upstream;
        PoolSettings settings = pool.settings();
        TimeSource time = settings.time();
        MemberEvents events = pool.events();
        this.inFlight =
                new InFlight(pool.inFlight(), owned ? () -> pool.closings().close(upstream) : null);
        this.draining = new Draining(this, inFlight, events::draining);
        this.limiting = settings.limit() == null ? null : new Limiting(settings.limit(), settings.random());
        this.breaking = settings.breaker() == null
                ? null
                : new Breaking(this, pool.transitions(), time, settings.breaker(), events::breaker, pool.room());
        this.results = new Results(settings.latencyDecay().toNanos());
        this.warming = new Warming(this, pool.transitions(), time, settings.slowStart(), events::warming);
        this.ejection = new Ejection(pool.ejections(), this, new WhenEjected(results, warming));
        this.probing = new Probing(this, pool.transitions(), events::probed, this::probed);
        this.listener = listeners();
    }

    /** All listeners of this member's attempts, in order: its own parts, then those of the pool. */
    private AttemptListener listeners() {
        Stream<@Nullable AttemptListener> own =
                Stream.of(running, inFlight, draining, limiting, breaking, results, ejection);
        return new AttemptListeners(Stream.concat(own.filter(Objects::nonNull), pool.listeners().stream())
                .toList());
    }

    /** A member that goes out is not warm any more when it comes back, and begins again. */
    private record WhenEjected(Results results, Warming warming) implements Ejection.Listener {
        @Override
        public void out() {
            warming.stop();
        }

        @Override
        public void back() {
            results.forgive();
            warming.begin();
        }
    }

    private void probed(boolean up) {
        if (up) {
            ejection.cameUp();
        } else {
            warming.stop();
        }
    }

    /** Begins to probe it where members are probed; within a transition. */
    public void begin(boolean mustProve, Function<URI, Upstream> connect) {
        HealthCheck check = pool.settings().health();
        if (check != null) {
            probing.begin(
                    upstream,
                    mustProve ? check.toBuilder().beginsUp(false).build() : check,
                    pool.settings().time(),
                    pool.settings().random(),
                    connect);
        }
    }

    /**
     * It is a member from now on; within a transition.
     *
     * @param warms whether there are others that would take its part while it is warmed up
     */
    public void join(boolean warms) {
        stage = Stage.MEMBER;
        if (warms && probing.isUp()) {
            warming.begin();
        }
    }

    /** It is no longer a member, or does not become one: its timers and its probes end; within a transition. */
    public void leave() {
        stage = Stage.REMOVED;
        ejection.end();
        if (breaking != null) {
            breaking.end();
        }
        warming.stop();
        probing.end();
    }

    /** After {@link #leave}: closes the upstream with its last attempt, and tells those that wait for the member. */
    public void retire() {
        inFlight.retire();
        draining.look();
        probing.look();
    }

    /**
     * After {@link #leave}: waits until a probe that was broken off has ended.
     *
     * @param untilNanos until when it waits at most; a time of the pool's time source
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitLastProbe(long untilNanos) throws InterruptedException {
        probing.awaitEnded(untilNanos);
    }

    /** It gets no new requests; within a transition. */
    public void drain() {
        warming.stop();
        draining.begin();
    }

    /** It gets new requests again; within a transition. */
    public void resume() {
        warming.begin();
        draining.resume();
    }

    /**
     * Waits until nothing is left of a member that is drained; see {@link MemberDrain}.
     *
     * @param sessions counts those that are bound to it
     */
    public CompletionStage<Drain.Report> drained(Drain policy, IntSupplier sessions) {
        return MemberDrain.begin(
                new MemberDrain.Parts(id(), draining, inFlight, results, running),
                policy,
                pool.transitions(),
                pool.settings().time(),
                sessions);
    }

    /** Takes a place for an attempt, if the limit allows it and the member has not ended. */
    public boolean acquire() {
        return inFlight.acquire(limit());
    }

    /** Asks the breaker whether an attempt may be made. */
    public boolean permits(long nanos) {
        return breaking == null || breaking.permitted(nanos);
    }

    /** Gives a place back that no attempt was made for. */
    public void giveBack() {
        inFlight.giveBack();
        draining.countedOut();
    }

    /** Returns whether it has as many attempts as its limit allows. */
    public boolean isFull() {
        return limiting != null && inFlight.count() >= limiting.most();
    }

    /** Returns whether its breaker lets nothing through. */
    public boolean isOpen(long nanos) {
        return breaking != null && breaking.isOpen(nanos);
    }

    /** How many attempts it may have. */
    public int limit() {
        return limiting == null ? Integer.MAX_VALUE : limiting.most();
    }

    /** Is told of each of its attempts. */
    public AttemptListener listener() {
        return listener;
    }

    /** The upstream. */
    public Upstream upstream() {
        return upstream;
    }

    /** How many attempts it has. */
    public InFlight inFlight() {
        return inFlight;
    }

    /** What came of its attempts. */
    public Results results() {
        return results;
    }

    /** Whether it is out because of failures. */
    public Ejection ejection() {
        return ejection;
    }

    /** What its probes say. */
    public Probing probing() {
        return probing;
    }

    /** Whether it gets new requests. */
    public Draining draining() {
        return draining;
    }

    /** Its slow start. */
    public Warming warming() {
        return warming;
    }

    @Override
    public String id() {
        return upstream.id();
    }

    @Override
    public boolean isMember() {
        return stage == Stage.MEMBER;
    }

    @Override
    public boolean isProbed() {
        return probing.isProbed();
    }

    @Override
    public boolean isDown() {
        return !probing.isUp();
    }

    @Override
    public boolean isEjected() {
        return ejection.stage() != EjectionStage.IN_USE;
    }

    @Override
    public boolean isDraining() {
        return draining.stage() != Draining.Stage.IN_USE;
    }
}
