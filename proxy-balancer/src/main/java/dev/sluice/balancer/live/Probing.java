package dev.sluice.balancer.live;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.probe.HealthMonitor;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The result of a member's probes; without any it is up. Read without a lock; changed within the pool's transitions.
 */
public final class Probing {
    /** What probes find. */
    public enum Stage {
        /** None has passed yet. */
        STARTING,
        /** They pass. */
        UP,
        /** They fail, and did pass before. */
        DOWN
    }

    private final Standing standing;
    private final Transitions transitions;
    private final StageListener<Stage> told;
    private final Listener listener;
    private volatile Stage stage = Stage.UP;
    private volatile @Nullable HealthMonitor monitor;
    private volatile Runnable watcher = () -> {};

    /** Of a member that is not probed yet. */
    public Probing(Standing standing, Transitions transitions, StageListener<Stage> told, Listener listener) {
        this.standing = standing;
        this.transitions = transitions;
        this.told = told;
        this.listener = listener;
    }

    /**
     * Begins to probe; within a transition.
     *
     * @param connect makes the upstream for a check at another port
     */
    public void begin(
            Upstream upstream,
            HealthCheck check,
            TimeSource time,
            RandomGenerator random,
            Function<URI, Upstream> connect) {
        HealthMonitor begun = HealthMonitor.start(upstream, check, time, random, this::probed, connect);
        monitor = begun;
        stage = begun.up() ? Stage.UP : Stage.STARTING;
    }

    /** What probes find. */
    public Stage stage() {
        return stage;
    }

    /** Returns whether probes, if there are any, find the member up. */
    public boolean isUp() {
        return stage == Stage.UP;
    }

    /** Returns whether there are probes. */
    public boolean isProbed() {
        return monitor != null;
    }

    /** How many probes have passed, or have failed. */
    public long probes(boolean passed) {
        HealthMonitor known = monitor;
        return known == null ? 0 : known.probes(passed);
    }

    /** How the latest probe ended; empty without probes, and before the first has ended. */
    public Optional<HealthCheck.Result> lastProbe() {
        HealthMonitor known = monitor;
        return known == null ? Optional.empty() : known.lastProbe();
    }

    /**
     * Sets who looks at the member after each change of its probes' results, and after its removal; replaces the one
     * before.
     */
    public void watch(Runnable look) {
        watcher = look;
    }

    /** Lets the watcher look. */
    public void look() {
        watcher.run();
    }

    /** It is no longer a member; within a transition. */
    public void end() {
        HealthMonitor known = monitor;
        if (known != null) {
            known.close();
        }
    }

    /**
     * After {@link #end}: waits until a probe that was broken off has ended.
     *
     * @param untilNanos until when it waits at most; a time of the time source
     * @throws InterruptedException if the thread is interrupted
     */
    public void awaitEnded(long untilNanos) throws InterruptedException {
        HealthMonitor known = monitor;
        if (known != null) {
            known.awaitClosed(untilNanos);
        }
    }

    private void probed(boolean up, String reason) {
        transitions.run(() -> {
            if (standing.isMember()) {
                Stage down = stage == Stage.STARTING ? Stage.STARTING : Stage.DOWN;
                stage = up ? Stage.UP : down;
                told.entered(standing.id(), up ? Stage.UP : Stage.DOWN, reason);
                listener.changed(up);
                transitions.changed();
            }
        });
        look();
    }

    /** What else happens to the member when it goes down and comes up. */
    @FunctionalInterface
    public interface Listener {
        /** The probes' result changes; within the transition. */
        void changed(boolean up);
    }
}
