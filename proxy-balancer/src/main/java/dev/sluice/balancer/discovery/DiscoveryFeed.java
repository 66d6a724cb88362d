package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.discovery.DiscoveryFeed.Status.State;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a pool the members that a {@link Discovery} finds: asks, asks again when the answer's time is over, and tells
 * the pool when something has changed.
 *
 * <pre>{@code
 * DiscoveryFeed feed = DiscoveryFeed.builder(discovery).name("orders").start(pool);
 * feed.firstAnswer().toCompletableFuture().get(10, TimeUnit.SECONDS);
 * }</pre>
 *
 * <ul>
 * <li>The members found replace all members of the pool, also those from its builder or from elsewhere; members that
 * have not changed are not touched.
 * <li>A new member, or another weight, priority or tag, is in use at once. A member is removed when it has been missing
 * from all answers of a {@linkplain Builder#holdDown hold-down}, which is longer for one that comes and goes.
 *   <li>After a failure the members stay as they are, and the next question comes soon, then less and less often.
 * <li>An answer without members removes none, unless {@linkplain Builder#allowEmpty told} otherwise.
 * </ul>
 *
 * <p>The log has a line when failures begin and when they end, not for each. Questions are tasks of the time source on
 * a platform thread, one at a time, so a discovery may block. Safe for use by many threads.
 */
public final class DiscoveryFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryFeed.class);

    /**
     * The least time between two questions, so that a discovery that always wants to be asked at once does not use a
     * whole CPU.
     */
    private static final long MIN_PAUSE_NANOS = 100_000_000;

    private static final double JITTER = 0.1;

    private final Discovery discovery;
    private final FeedSettings settings;
    private final TimeSource time;
    private final Consumer<List<Member>> pool;
    private final CompletableFuture<Status> first = new CompletableFuture<>();

    /** This and the next one belong to the task that asks, of which there is one at a time. */
    private final Damping damping;

    private @Nullable List<Member> delivered;

    private volatile Status status = new Status(State.PENDING, "", List.of(), List.of(), Optional.empty(), 0);

    private final Object lock = new Object();
    private TimeSource.Scheduled next = () -> {};
    private boolean asking;
    private boolean askAgain;
    private boolean closed;

    private DiscoveryFeed(Discovery discovery, FeedSettings settings, Consumer<List<Member>> pool) {
        this.discovery = discovery;
        this.settings = settings;
        this.time = settings.time();
        this.pool = pool;
        this.damping = new Damping(settings.damping());
    }

    /** A builder of a feed that asks this discovery. */
    public static Builder builder(Discovery discovery) {
        return new Builder(Objects.requireNonNull(discovery, "discovery"));
    }

    /**
     * Completes when the pool gets members for the first time; exceptionally, with a {@link CancellationException}, if
     * the feed is closed before. Failures do not complete it, so wait with a time limit. Dependent stages may block:
     * that delays no question.
     */
    public CompletionStage<Status> firstAnswer() {
        return first.minimalCompletionStage();
    }

    /** How it is doing. */
    public Status status() {
        return status;
    }

    /** Asks now, before it is time: for registries that report changes. */
    public void refresh() {
        synchronized (lock) {
            if (asking) {
                askAgain = true;
                return;
            }
            next.cancel();
        }
        begin();
    }

    /**
     * Stops asking. The pool keeps its members. A running question goes on to its end, and its answer is dropped,
     * except one that the pool is just receiving. Has no effect the second time.
     */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            next.cancel();
        }
        first.completeExceptionally(new CancellationException("the feed " + settings.name() + " is closed"));
    }

    private void begin() {
        synchronized (lock) {
            if (closed || asking) {
                return;
            }
            // A timer that was cancelled too late may arrive here; there must not be two timers.
            next.cancel();
            asking = true;
        }
        try {
            time.startNative("discovery " + settings.name(), this::ask);
        } catch (RuntimeException | Error noThread) {
            next(failed("no thread for the question: " + noThread));
        }
    }

    private void ask() {
        long delayNanos = MIN_PAUSE_NANOS;
        try {
            Discovery.Found found = discovery.find();
            delayNanos = isClosed() ? delayNanos : accept(found);
        } catch (Throwable failure) {
            delayNanos = failed(words(failure));
            LOG.debug("{}: the failure", settings.name(), failure);
        } finally {
            next(delayNanos);
        }
    }

    private long accept(Discovery.Found found) {
        long nowNanos = time.nanos();
        Damping.Decision decision = damping.answer(found.members(), nowNanos);
        List<Member> members = decision.members();
        String doubt = decision.doubt();
        boolean nothingYet = delivered == null && doubt != null && members.isEmpty();
        if (!nothingYet && !members.equals(delivered)) {
            pool.accept(members);
            delivered = members;
        }
        List<String> ids = members.stream().map(Member::id).toList();
        Optional<Instant> at = found.members().isEmpty() ? status.lastAnswer() : Optional.of(time.now());
        State state = doubt == null ? State.GOOD : State.DOUBTED;
        become(new Status(state, doubt == null ? "" : doubt, ids, decision.held(), at, 0));
        if (delivered != null && !first.isDone()) {
            Status answer = status;
            time.handOff("first answer of " + settings.name(), () -> first.complete(answer));
        }
        Duration goodFor = found.goodFor();
        long goodForNanos = goodFor == null ? settings.intervalNanos() : Nanos.of(goodFor);
        return Math.min(stretched(goodForNanos), decision.dueNanos() - nowNanos);
    }

    private long failed(String why) {
        Status before = status;
        int failures = before.failures() + 1;
        become(new Status(State.FAILING, why, before.members(), before.held(), before.lastAnswer(), failures));
        long pauseNanos = Nanos.doubled(settings.minBackoffNanos(), failures - 1, settings.maxBackoffNanos());
        Duration longest = discovery.maxBackoff();
        return stretched(longest == null ? pauseNanos : Math.min(pauseNanos, Nanos.of(longest)));
    }

    private void become(Status now) {
        State before = status.state();
        status = now;
        if (before == now.state()) {
            return;
        }
        int count = now.members().size();
        switch (now.state()) {
            case GOOD -> LOG.info("{}: discovery has an answer; members in use: {}", settings.name(), count);
            case DOUBTED ->
                LOG.warn(
                        "{}: discovery has a doubtful answer: {}; members in use: {}",
                        settings.name(),
                        now.detail(),
                        count);
            default -> LOG.warn("{}: discovery fails: {}; members in use: {}", settings.name(), now.detail(), count);
        }
    }

    private void next(long delayNanos) {
        synchronized (lock) {
            asking = false;
            if (!closed) {
                long nanos = askAgain ? 0 : Math.max(MIN_PAUSE_NANOS, delayNanos);
                askAgain = false;
                next = time.schedule(Duration.ofNanos(nanos), this::begin);
            }
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** Never shorter: a name server that caches would give the same answer again. */
    private long stretched(long nanos) {
        return (long) (nanos * (1 + JITTER * settings.random().nextDouble()));
    }

    private static String words(Throwable failure) {
        String message = failure instanceof RuntimeException || failure instanceof Error ? null : failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    /** Sets up a feed. For one thread. */
    public static final class Builder {
        private final Discovery discovery;
        private @Nullable String name;
        private Duration interval = Duration.ofSeconds(30);
        private Duration minBackoff = Duration.ofSeconds(1);
        private Duration maxBackoff = Duration.ofSeconds(30);
        private Duration holdDown = Duration.ofSeconds(10);
        private Duration maxHoldDown = Duration.ofMinutes(5);
        private boolean allowEmpty;
        private double minShare;
        private TimeSource time = TimeSource.system();
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

        private Builder(Discovery discovery) {
            this.discovery = discovery;
        }

        /** Names the feed in the log and in the names of threads; the pool's name by default, or {@code members}. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets how long an answer is good if it does not say so itself; 30 s by default. Each wait is up to a tenth
         * longer, at random, and at least 100 ms.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder interval(Duration interval) {
            this.interval = Require.positive("interval", interval);
            return this;
        }

        /**
         * Sets the time from the first failure to the next question; 1 s by default. It doubles each time, up to {@link
         * #maxBackoff}, and is no longer than {@link Discovery#maxBackoff()}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder minBackoff(Duration time) {
            this.minBackoff = Require.positive("minBackoff", time);
            return this;
        }

        /** Sets the longest time from a failure to the next question; 30 s by default. */
        public Builder maxBackoff(Duration time) {
            this.maxBackoff = Objects.requireNonNull(time, "maxBackoff");
            return this;
        }

        /**
         * Sets how long a member must be missing until it is removed; 10 s by default. Each time a member comes back,
         * its hold-down doubles, up to {@link #maxHoldDown}. Once it has stayed that long, this one applies again. A
         * member is removed at an answer, never by a failure, so at least two answers must lack it,
         * unless the hold-down is zero.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder holdDown(Duration time) {
            this.holdDown = Require.notNegative("holdDown", time);
            return this;
        }

        /** Sets the longest {@link #holdDown} of a member that comes and goes; 5 min by default. */
        public Builder maxHoldDown(Duration time) {
            this.maxHoldDown = Objects.requireNonNull(time, "maxHoldDown");
            return this;
        }

        /** Whether an answer without members is believed, so that members go as usual; false by default. */
        public Builder allowEmpty(boolean on) {
            this.allowEmpty = on;
            return this;
        }

        /**
         * Removes no members at an answer that has less than this part of the members before: probably the registry has
         * lost them (the idea of Eureka's self-preservation). A service that really shrinks by more at once keeps its
         * old members until the feed is started again. 0 by default: every answer that is not empty is believed.
         *
         * @param share 0 to 1
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder minShare(double share) {
            Require.within("minShare", 0, 1, share);
            this.minShare = share;
            return this;
        }

        /** Sets the clock; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets what spreads the questions in time; safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * Begins to ask, for this pool. Does not wait for the first answer.
         *
         * @throws IllegalArgumentException if {@code maxBackoff} is below {@code minBackoff}, or {@code maxHoldDown} below
         *     {@code holdDown}; the message names both and their values
         */
        public DiscoveryFeed start(UpstreamPool pool) {
            return start(
                    name == null ? pool.snapshot().pool() : name,
                    members -> pool.update(change -> change.members(members)));
        }

        /**
         * Begins to ask, for something other than a pool; throws as the other method does.
         *
         * @param pool gets all members to use, each time something has changed, on one thread at a time. If it throws,
         *     that counts as a failure, and it gets them again with the next answer
         */
        public DiscoveryFeed start(Consumer<List<Member>> pool) {
            return start(name == null ? "members" : name, pool);
        }

        private DiscoveryFeed start(String called, Consumer<List<Member>> pool) {
            Require.atLeast("maxBackoff", "minBackoff", minBackoff, maxBackoff);
            Require.atLeast("maxHoldDown", "holdDown", holdDown, maxHoldDown);
            FeedSettings settings = new FeedSettings(
                    called,
                    Nanos.of(interval),
                    Nanos.of(minBackoff),
                    Nanos.of(maxBackoff),
                    new DampingPolicy(Nanos.of(holdDown), Nanos.of(maxHoldDown), allowEmpty, minShare),
                    time,
                    random);
            DiscoveryFeed feed = new DiscoveryFeed(discovery, settings, Objects.requireNonNull(pool, "pool"));
            feed.begin();
            return feed;
        }
    }

    /**
     * How a {@link DiscoveryFeed} is doing. Immutable.
     *
     * @param state the result of the latest question
     * @param detail what was wrong with it; empty if nothing was
     * @param members the ids of the members in use
     * @param held those of them that are missing from the latest answer; they go when they have been missing for long
     *     enough
     * @param lastAnswer when members were last found; empty before the first time
     * @param failures questions in a row that failed
     */
    public record Status(
            State state,
            String detail,
            List<String> members,
            List<String> held,
            Optional<Instant> lastAnswer,
            int failures) {
        /** Copies the lists. */
        public Status {
            members = List.copyOf(members);
            held = List.copyOf(held);
        }

        /** What came of the latest question. */
        public enum State {
            /** Nothing yet. */
            PENDING,
            /** An answer, and it is in use. */
            GOOD,
            /** An answer that is empty or too small: it can add members, but removes none. */
            DOUBTED,
            /** No answer, or one that cannot be used: the last good one stays in use. */
            FAILING
        }
    }
}
