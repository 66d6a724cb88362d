package dev.sluice.balancer.retry;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which failed attempts of a request are followed by another one. What can be repeated without harm is no choice: a
 * request of which nothing was sent goes on to another member whatever its method; one that may have reached its member
 * is repeated only if its method is idempotent (RFC 9110 §9.2.2) and its body was kept; one whose response has begun to
 * go to the client never is. Everything else is said here. Immutable.
 *
 * <pre>{@code
 * RetryPolicy policy = RetryPolicy.builder()
 *         .attempts(4)
 *         .tryTimeout(Duration.ofSeconds(1))
 *         .statuses(502, 503, 504)
 *         .build();
 * }</pre>
 *
 * <p>Another attempt goes to a member that the request has not been to, while one is left, and at once; only for the
 * same member again there is a back-off. The exchange's own deadline covers all attempts, with their back-off.
 */
public final class RetryPolicy {
    /** Three attempts, by failures alone, with a budget of the pool's own. */
    public static final RetryPolicy DEFAULT = builder().build();

    private static final Set<Integer> REPEATABLE = Set.of(421, 425, 502, 503, 504);

    private final int attempts;
    private final @Nullable Duration tryTimeout;
    private final int[] statuses;
    private final Duration minBackoff;
    private final Duration maxBackoff;
    private final Duration maxRetryAfter;
    private final boolean idempotencyKey;
    private final @Nullable RetryBudget budget;

    private RetryPolicy(Builder setup) {
        this.attempts = setup.attempts;
        this.tryTimeout = setup.tryTimeout;
        this.statuses = setup.statuses.clone();
        this.minBackoff = setup.minBackoff;
        this.maxBackoff = setup.maxBackoff;
        this.maxRetryAfter = setup.maxRetryAfter;
        this.idempotencyKey = setup.idempotencyKey;
        this.budget = setup.budget;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** One attempt, and no other whatever happens. */
    public static RetryPolicy none() {
        return builder().attempts(1).build();
    }

    /** How many attempts a request has at most, the first included. */
    public int attempts() {
        return attempts;
    }

    /** How long an attempt may take until its response's head, or null for as long as the exchange may. */
    public @Nullable Duration tryTimeout() {
        return tryTimeout;
    }

    /** Tells whether a response with this status is dropped for another attempt. */
    public boolean repeats(int status) {
        return Arrays.binarySearch(statuses, status) >= 0;
    }

    /** The longest {@code Retry-After} that is waited for. */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /** Tells whether a request with an {@code Idempotency-Key} is repeated as one whose method is idempotent. */
    public boolean idempotencyKey() {
        return idempotencyKey;
    }

    /** The budget that was given, or null for one of the pool's own. */
    public @Nullable RetryBudget budget() {
        return budget;
    }

    /** A time to wait before the same member is tried again: by chance between the bounds ("full jitter"). */
    public Duration backoff(RandomGenerator random) {
        long from = minBackoff.toNanos();
        return Duration.ofNanos(from + random.nextLong(maxBackoff.toNanos() - from + 1));
    }

    /** Sets up a policy. For one thread. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofHours(1);

        private int attempts = 3;
        private @Nullable Duration tryTimeout;
        private int[] statuses = {};
        private Duration minBackoff = Duration.ofMillis(25);
        private Duration maxBackoff = Duration.ofMillis(250);
        private Duration maxRetryAfter = Duration.ofSeconds(2);
        private boolean idempotencyKey;
        private @Nullable RetryBudget budget;

        private Builder() {}

        /** Sets {@link RetryPolicy#attempts()}; 3 by default. */
        public Builder attempts(int atMost) {
            this.attempts = atMost;
            return this;
        }

        /**
         * Sets {@link RetryPolicy#tryTimeout()}; none by default. An attempt that is over it has failed with
         * HEAD_TIMEOUT, or with BODY_TIMEOUT while a short response was held, and is repeated by the same rules as any
         * other. It holds only for an attempt that another may follow: not for what is not idempotent, nor for the last
         * attempt, nor once more of the request's body has been sent than is kept, nor where the budget has no room for
         * another when the time is over. Those have the time that the exchange
         * has ({@link dev.sluice.proxy.limit.Timeouts#head()}).
         */
        public Builder tryTimeout(Duration timeout) {
            this.tryTimeout = Objects.requireNonNull(timeout, "tryTimeout");
            return this;
        }

        /**
         * Repeats idempotent requests that were answered with one of these statuses: of 421, 425, 502, 503 and 504;
         * none by default. When no attempt is left the client gets the last answer.
         */
        public Builder statuses(int... repeated) {
            this.statuses = Arrays.stream(repeated).sorted().distinct().toArray();
            return this;
        }

        /**
         * Sets how long the same member is waited for before it is tried again, by chance between the two; 25 to 250
         * ms by default.
         */
        public Builder backoff(Duration from, Duration to) {
            this.minBackoff = Objects.requireNonNull(from, "from");
            this.maxBackoff = Objects.requireNonNull(to, "to");
            return this;
        }

        /**
         * Sets how long a {@code Retry-After} (RFC 9110 §10.2.3) may ask for at most: 2 s by default. Until then the
         * member that sent it does not get the request again; when it asks for more, it does not get it at all.
         */
        public Builder maxRetryAfter(Duration atMost) {
            this.maxRetryAfter = Objects.requireNonNull(atMost, "maxRetryAfter");
            return this;
        }

        /**
         * Treats a request that has an {@code Idempotency-Key} field as one whose method is idempotent; not done by
         * default, for the members must honour the key (draft-ietf-httpapi-idempotency-key-header).
         */
        public Builder idempotencyKey() {
            this.idempotencyKey = true;
            return this;
        }

        /**
         * Shares a budget with other pools; by default each pool has one of its own, {@link RetryBudget#standard()}.
         */
        public Builder budget(RetryBudget shared) {
            this.budget = Objects.requireNonNull(shared, "budget");
            return this;
        }

        /**
         * The policy.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public RetryPolicy build() {
            if (attempts < 1 || attempts > 100) {
                throw new IllegalArgumentException("retry attempts must be 1 to 100: " + attempts);
            }
            if (tryTimeout != null
                    && (tryTimeout.isNegative() || tryTimeout.isZero() || tryTimeout.compareTo(LONGEST) > 0)) {
                throw new IllegalArgumentException(
                        "retry tryTimeout must be above 0 and at most 1 hour: " + tryTimeout);
            }
            for (int status : statuses) {
                if (!REPEATABLE.contains(status)) {
                    throw new IllegalArgumentException(
                            "retry statuses must be of " + new TreeSet<>(REPEATABLE) + ": " + status);
                }
            }
            if (minBackoff.isNegative() || maxBackoff.compareTo(minBackoff) < 0 || maxBackoff.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "retry backoff must be a range within 0 to 1 hour: " + minBackoff + " to " + maxBackoff);
            }
            if (maxRetryAfter.isNegative()) {
                throw new IllegalArgumentException("retry maxRetryAfter must not be negative: " + maxRetryAfter);
            }
            return new RetryPolicy(this);
        }
    }
}
