package dev.sluice.balancer.retry;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which failed attempts of a request are followed by another one. Some rules are fixed, as they keep a retry safe: a
 * request of which nothing was sent goes on to another member, whatever its method. A request that may have reached its
 * member is repeated only if its method is idempotent (RFC 9110 §9.2.2) and its body was kept. A request is never
 * repeated once its response has begun to go to the client. You choose everything else here. Immutable.
 *
 * <pre>{@code
 * RetryPolicy policy = RetryPolicy.builder()
 *         .maxAttempts(4)
 *         .tryTimeout(Duration.ofSeconds(1))
 *         .statuses(502, 503, 504)
 *         .build();
 * }</pre>
 *
 * <p>Another attempt goes at once to a member that has not had the request, while one is left. There is a back-off only
 * before the same member gets it again. The exchange's deadline covers all attempts with their back-off.
 */
public final class RetryPolicy {
    /** Three attempts, only after failures, with a budget for each pool. */
    public static final RetryPolicy DEFAULT = builder().build();

    /** One attempt, and no other whatever happens. */
    public static final RetryPolicy NONE = builder().maxAttempts(1).build();

    private static final Set<Integer> REPEATABLE = Set.of(421, 425, 502, 503, 504);

    private final int maxAttempts;
    private final @Nullable Duration tryTimeout;
    private final Set<Integer> statuses;
    private final Set<Integer> grpcStatuses;
    private final Duration minBackoff;
    private final Duration maxBackoff;
    private final Duration maxRetryAfter;
    private final boolean idempotencyKey;
    private final @Nullable RetryBudget budget;

    private RetryPolicy(Builder setup) {
        this.maxAttempts = setup.maxAttempts;
        this.tryTimeout = setup.tryTimeout;
        this.statuses = setup.statuses;
        this.grpcStatuses = setup.grpcStatuses;
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

    /** A builder that begins with what this policy has. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The greatest number of attempts for a request, with the first. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** How long an attempt may take until its response's head, or null for no limit but that of the exchange. */
    public @Nullable Duration tryTimeout() {
        return tryTimeout;
    }

    /** The statuses of responses that are dropped for another attempt. */
    public Set<Integer> statuses() {
        return statuses;
    }

    /** The statuses of gRPC after which a call is made again. */
    public Set<Integer> grpcStatuses() {
        return grpcStatuses;
    }

    /** The shortest wait before the same member gets a request again. */
    public Duration minBackoff() {
        return minBackoff;
    }

    /** The longest wait before the same member gets a request again. */
    public Duration maxBackoff() {
        return maxBackoff;
    }

    /** The longest {@code Retry-After} that a request waits for. */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /** Returns whether a request with an {@code Idempotency-Key} is treated as idempotent. */
    public boolean idempotencyKey() {
        return idempotencyKey;
    }

    /** The shared budget, or null for one for each pool. */
    public @Nullable RetryBudget budget() {
        return budget;
    }

    /** The policy in a few words. */
    @Override
    public String toString() {
        String limit = tryTimeout == null ? "" : ", each for " + DurationText.of(tryTimeout);
        String after = statuses.isEmpty() ? "" : ", also after " + new TreeSet<>(statuses);
        String grpc = grpcStatuses.isEmpty() ? "" : ", also after gRPC's " + new TreeSet<>(grpcStatuses);
        return maxAttempts + (maxAttempts == 1 ? " attempt" : " attempts") + limit + after + grpc;
    }

    /** Sets up a policy. For one thread. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofHours(1);

        private int maxAttempts = 3;
        private @Nullable Duration tryTimeout;
        private Set<Integer> statuses = Set.of();
        private Set<Integer> grpcStatuses = Set.of();
        private Duration minBackoff = Duration.ofMillis(25);
        private Duration maxBackoff = Duration.ofMillis(250);
        private Duration maxRetryAfter = Duration.ofSeconds(2);
        private boolean idempotencyKey;
        private @Nullable RetryBudget budget;

        private Builder() {}

        private Builder(RetryPolicy policy) {
            maxAttempts = policy.maxAttempts;
            tryTimeout = policy.tryTimeout;
            statuses = policy.statuses;
            grpcStatuses = policy.grpcStatuses;
            minBackoff = policy.minBackoff;
            maxBackoff = policy.maxBackoff;
            maxRetryAfter = policy.maxRetryAfter;
            idempotencyKey = policy.idempotencyKey;
            budget = policy.budget;
        }

        /** Sets {@link RetryPolicy#maxAttempts()}; 3 by default. */
        public Builder maxAttempts(int atMost) {
            this.maxAttempts = atMost;
            return this;
        }

        /**
         * Sets {@link RetryPolicy#tryTimeout()}; none by default. An attempt that takes longer fails with HEAD_TIMEOUT,
         * or with BODY_TIMEOUT while a short response is held, and is repeated by the same rules as any other. It
         * applies only to an attempt that another may follow: not to a request that is not idempotent, not to the last
         * attempt, not after more of the request's body has been sent than is kept, and not if the budget has no room
         * for another attempt when the time is over. Those have the time of the exchange ({@link
         * dev.sluice.proxy.limit.Timeouts#head()}).
         */
        public Builder tryTimeout(Duration timeout) {
            this.tryTimeout = Objects.requireNonNull(timeout, "tryTimeout");
            return this;
        }

        /**
         * Repeats idempotent requests that were answered with one of these statuses, which may be 421, 425, 502, 503
         * and 504; none by default. If no attempt is left, the client gets the last answer.
         */
        public Builder statuses(int... repeated) {
            this.statuses = set(repeated);
            return this;
        }

        /**
         * Makes calls of gRPC again that were answered with one of these statuses and without a message, such as 14,
         * UNAVAILABLE; none by default. All calls are POST, so name only statuses with which your servers say that they
         * have done nothing, or that it does no harm to do twice. What a server asks for in {@code
         * grpc-retry-pushback-ms} holds as {@code Retry-After} does, and a value that is no time means that the call is not
         * made again (gRPC proposal A6).
         */
        public Builder grpcStatuses(int... repeated) {
            this.grpcStatuses = set(repeated);
            return this;
        }

        private static Set<Integer> set(int... statuses) {
            return Arrays.stream(statuses).boxed().collect(Collectors.toUnmodifiableSet());
        }

        /**
         * Sets {@link RetryPolicy#minBackoff()}; 25 ms by default. Each wait is drawn at random between the shortest and the
         * longest one ("full jitter").
         */
        public Builder minBackoff(Duration time) {
            this.minBackoff = Objects.requireNonNull(time, "minBackoff");
            return this;
        }

        /** Sets {@link RetryPolicy#maxBackoff()}; 250 ms by default. */
        public Builder maxBackoff(Duration time) {
            this.maxBackoff = Objects.requireNonNull(time, "maxBackoff");
            return this;
        }

        /**
         * Sets the longest {@code Retry-After} (RFC 9110 §10.2.3) to wait for; 2 s by default. Until it is over, the
         * member that sent it does not get the request again. If it asks for more, it does not get the request at all.
         */
        public Builder maxRetryAfter(Duration atMost) {
            this.maxRetryAfter = Objects.requireNonNull(atMost, "maxRetryAfter");
            return this;
        }

        /**
         * Whether a request with an {@code Idempotency-Key} field is treated as idempotent; false by default, as the
         * members must honour the key (draft-ietf-httpapi-idempotency-key-header).
         */
        public Builder idempotencyKey(boolean on) {
            this.idempotencyKey = on;
            return this;
        }

        /** Shares a budget with other pools; by default each pool has its own {@link RetryBudget#standard()}. */
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
            Require.within("retry maxAttempts", 1, 100, maxAttempts);
            if (tryTimeout != null) {
                Require.aboveZero("retry tryTimeout", LONGEST, tryTimeout);
            }
            for (int status : statuses) {
                if (!REPEATABLE.contains(status)) {
                    throw new IllegalArgumentException(
                            "retry statuses must be of " + new TreeSet<>(REPEATABLE) + ": " + status);
                }
            }
            for (int status : grpcStatuses) {
                Require.within("retry grpcStatuses", 1, 16, status);
            }
            Require.notNegative("retry minBackoff", minBackoff);
            Require.atLeast("retry maxBackoff", "minBackoff", minBackoff, maxBackoff);
            Require.upTo("retry maxBackoff", LONGEST, maxBackoff);
            Require.notNegative("retry maxRetryAfter", maxRetryAfter);
            return new RetryPolicy(this);
        }
    }
}
