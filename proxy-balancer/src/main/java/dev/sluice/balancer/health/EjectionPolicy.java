package dev.sluice.balancer.health;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When requests take a member out of use, and for how long: failures in a row, and comparison with its peers over a
 * window. The n-th time in a row it is out for n times {@link #ejectFor()}, at most {@link #maxEjectFor()}. The rules and most
 * defaults are those of Envoy's outlier detection. Immutable.
 *
 * <pre>{@code
 * EjectionPolicy policy = EjectionPolicy.builder().failures(3).failures(EjectionPolicy.FailureKind.CONNECT, 1).build();
 * }</pre>
 */
public final class EjectionPolicy {
    /** The defaults. */
    public static final EjectionPolicy DEFAULT = builder().build();

    /** Takes no member out, whatever fails. */
    public static final EjectionPolicy OFF = builder()
            .failures(0)
            .successRateFactor(0)
            .compareServerErrors(false)
            .build();

    private final Builder setup;

    private EjectionPolicy(Builder setup) {
        this.setup = setup;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with what this policy has. */
    public Builder toBuilder() {
        return new Builder(setup);
    }

    /** The number of failures in a row that take a member out, of all {@link #kinds()} that count; 0 for never. */
    public int failures() {
        return setup.failures;
    }

    /** The number of failures of this kind, without a success between them, that take a member out; 0 for never. */
    public int failures(FailureKind kind) {
        return setup.failuresByKind.getOrDefault(kind, 0);
    }

    /** The kinds that count as failures for {@link #failures()} and for the rates. */
    public Set<FailureKind> kinds() {
        return Collections.unmodifiableSet(setup.kinds);
    }

    /** The time from one comparison of the members to the next. */
    public Duration interval() {
        return setup.interval;
    }

    /** The time over which attempts are compared. */
    public Duration window() {
        return setup.window;
    }

    /** A member with fewer attempts in the window is not compared. */
    public int minRequests() {
        return setup.minRequests;
    }

    /** If fewer members have enough attempts, success rates are not compared. */
    public int minMembers() {
        return setup.minMembers;
    }

    /**
     * Whether a member whose answers are server errors (500 to 599) much more often than those of its peers is taken
     * out: at once if half of its last twenty are, and by the comparison if a tenth of the window's are. Needs two
     * members; if all of them have errors, none is taken out. While one is out, another follows only if it had errors
     * before too, or, up to a third of the members, answers only with errors: otherwise errors that come with certain
     * requests would take out one after another.
     */
    public boolean compareServerErrors() {
        return setup.compareServerErrors;
    }

    /** The number of standard deviations below the mean at which a success rate is too low; 0 for never. */
    public double successRateFactor() {
        return setup.successRateFactor;
    }

    /** The percentage of failures below which a success rate is never too low, however well the others do. */
    public int failureFloorPercent() {
        return setup.failureFloorPercent;
    }

    /** The percentage of failures from which a member is taken out, whatever the others do; 0 for never. */
    public int failurePercent() {
        return setup.failurePercent;
    }

    /** The factor of the peers' median latency from which a latency is too high; 0 for never. */
    public double latencyFactor() {
        return setup.latencyFactor;
    }

    /** Up to this a latency is never too high. */
    public Duration latencyFloor() {
        return setup.latencyFloor;
    }

    /** How long a member is out the first time. */
    public Duration ejectFor() {
        return setup.ejectFor;
    }

    /** The longest time that it is out. */
    public Duration maxEjectFor() {
        return setup.longest();
    }

    /**
     * For each period of this length in which it is in use again and answers, the next time out is shorter by one {@link #ejectFor()}.
     */
    public Duration shrink() {
        return setup.shrink;
    }

    /** The greatest number of members that are out at once. */
    public int maxEjected() {
        return setup.maxEjected;
    }

    /** The greatest percentage of members that are out at once; one may always be out. */
    public int maxEjectedPercent() {
        return setup.maxEjectedPercent;
    }

    /** The policy in a few words. */
    @Override
    public String toString() {
        if (isOff()) {
            return "never out";
        }
        String rule = failures() == 0 ? "not for failures in a row" : "after " + failures() + " failures in a row";
        return "out for " + DurationText.of(ejectFor()) + " to " + DurationText.of(maxEjectFor()) + ", " + rule;
    }

    private boolean isOff() {
        boolean counted =
                failures() > 0 || setup.failuresByKind.values().stream().anyMatch(count -> count > 0);
        boolean compared = compareServerErrors() || successRateFactor() > 0 || latencyFactor() > 0;
        return !counted && !compared && failurePercent() == 0;
    }

    /** Sets up a policy. For one thread. */
    public static final class Builder {
        private static final Duration MAX_BY_DEFAULT = Duration.ofMinutes(5);

        private int failures = 5;
        private final Map<FailureKind, Integer> failuresByKind = new EnumMap<>(FailureKind.class);
        private Set<FailureKind> kinds = EnumSet.complementOf(EnumSet.of(FailureKind.SERVER_ERROR));
        private Duration interval = Duration.ofSeconds(10);
        private Duration window = Duration.ofSeconds(30);
        private int minRequests = 100;
        private int minMembers = 5;
        private boolean compareServerErrors = true;
        private double successRateFactor = 1.9;
        private int failureFloorPercent = 5;
        private int failurePercent;
        private double latencyFactor;
        private Duration latencyFloor = Duration.ofMillis(100);
        private Duration ejectFor = Duration.ofSeconds(10);
        private @Nullable Duration maxEjectFor;
        private Duration shrink = Duration.ofMinutes(1);
        private int maxEjected = Integer.MAX_VALUE;
        private int maxEjectedPercent = 67;

        private Builder() {}

        private Builder(Builder other) {
            failures = other.failures;
            failuresByKind.putAll(other.failuresByKind);
            kinds = EnumSet.copyOf(other.kinds);
            interval = other.interval;
            window = other.window;
            minRequests = other.minRequests;
            minMembers = other.minMembers;
            compareServerErrors = other.compareServerErrors;
            successRateFactor = other.successRateFactor;
            failureFloorPercent = other.failureFloorPercent;
            failurePercent = other.failurePercent;
            latencyFactor = other.latencyFactor;
            latencyFloor = other.latencyFloor;
            ejectFor = other.ejectFor;
            maxEjectFor = other.maxEjectFor;
            shrink = other.shrink;
            maxEjected = other.maxEjected;
            maxEjectedPercent = other.maxEjectedPercent;
        }

        /** Sets {@link EjectionPolicy#failures()}; 5 by default. */
        public Builder failures(int inRow) {
            this.failures = inRow;
            return this;
        }

        /**
         * Sets {@link EjectionPolicy#failures(FailureKind)}; 0 for every kind by default, as all together have a
         * threshold. Failures of other kinds in between do not count, and do not restart the count.
         */
        public Builder failures(FailureKind kind, int inRow) {
            failuresByKind.put(
                    Objects.requireNonNull(kind, "kind"), Require.atLeast("ejection failures of " + kind, 0, inRow));
            return this;
        }

        /**
         * Sets {@link EjectionPolicy#kinds()}; all but {@link FailureKind#SERVER_ERROR} by default, as an error of the
         * application usually occurs on every member. A kind that does not count and has no threshold of its own is a
         * success.
         */
        public Builder kinds(FailureKind first, FailureKind... more) {
            this.kinds = EnumSet.of(first, more);
            return this;
        }

        /** Sets {@link EjectionPolicy#interval()}; 10 s by default. */
        public Builder interval(Duration interval) {
            this.interval = interval;
            return this;
        }

        /** Sets {@link EjectionPolicy#window()}; 30 s by default. */
        public Builder window(Duration window) {
            this.window = window;
            return this;
        }

        /** Sets {@link EjectionPolicy#minRequests()}; 100 by default. */
        public Builder minRequests(int requests) {
            this.minRequests = requests;
            return this;
        }

        /** Sets {@link EjectionPolicy#minMembers()}; 5 by default. Latencies are compared among three or more. */
        public Builder minMembers(int members) {
            this.minMembers = members;
            return this;
        }

        /** Sets {@link EjectionPolicy#compareServerErrors()}; true by default. */
        public Builder compareServerErrors(boolean on) {
            this.compareServerErrors = on;
            return this;
        }

        /** Sets {@link EjectionPolicy#successRateFactor()}; 1.9 by default, 0 to switch the comparison off. */
        public Builder successRateFactor(double factor) {
            this.successRateFactor = factor;
            return this;
        }

        /** Sets {@link EjectionPolicy#failureFloorPercent()}; 5 by default. */
        public Builder failureFloorPercent(int percent) {
            this.failureFloorPercent = percent;
            return this;
        }

        /** Sets {@link EjectionPolicy#failurePercent()}; 0 by default, which is off. */
        public Builder failurePercent(int percent) {
            this.failurePercent = percent;
            return this;
        }

        /** Sets {@link EjectionPolicy#latencyFactor()}; 0 by default, which is off; otherwise above 1. */
        public Builder latencyFactor(double factor) {
            this.latencyFactor = factor;
            return this;
        }

        /** Sets {@link EjectionPolicy#latencyFloor()}; 100 ms by default. */
        public Builder latencyFloor(Duration floor) {
            this.latencyFloor = floor;
            return this;
        }

        /** Sets {@link EjectionPolicy#ejectFor()}; 10 s by default. */
        public Builder ejectFor(Duration time) {
            this.ejectFor = time;
            return this;
        }

        /** Sets {@link EjectionPolicy#maxEjectFor()}; 5 min by default, or {@link #ejectFor} where that is more. */
        public Builder maxEjectFor(Duration time) {
            this.maxEjectFor = time;
            return this;
        }

        /** Sets {@link EjectionPolicy#shrink()}; 1 min by default. */
        public Builder shrink(Duration time) {
            this.shrink = time;
            return this;
        }

        /** Sets {@link EjectionPolicy#maxEjected()}; without a limit by default. */
        public Builder maxEjected(int members) {
            this.maxEjected = members;
            return this;
        }

        /** Sets {@link EjectionPolicy#maxEjectedPercent()}; 67 by default: 1 of 2, 2 of 3 and of 4, 6 of 10. */
        public Builder maxEjectedPercent(int percent) {
            this.maxEjectedPercent = percent;
            return this;
        }

        /**
         * The policy.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public EjectionPolicy build() {
            Require.atLeast("ejection failures", 0, failures);
            Require.atLeast("ejection minRequests", 1, minRequests);
            Require.atLeast("ejection minMembers", 2, minMembers);
            Require.atLeast("ejection maxEjected", 1, maxEjected);
            Require.within("ejection maxEjectedPercent", 1, 100, maxEjectedPercent);
            Require.within("ejection failureFloorPercent", 0, 100, failureFloorPercent);
            Require.within("ejection failurePercent", 0, 100, failurePercent);
            requireFactor("successRateFactor", 0, successRateFactor);
            requireFactor("latencyFactor", 1, latencyFactor);
            Require.positive("ejection interval", interval);
            Require.positive("ejection window", window);
            Require.positive("ejection latencyFloor", latencyFloor);
            Require.positive("ejection ejectFor", ejectFor);
            Require.positive("ejection shrink", shrink);
            Require.atLeast("ejection maxEjectFor", "ejectFor", ejectFor, longest());
            return new EjectionPolicy(new Builder(this));
        }

        private Duration longest() {
            if (maxEjectFor != null) {
                return maxEjectFor;
            }
            return ejectFor.compareTo(MAX_BY_DEFAULT) > 0 ? ejectFor : MAX_BY_DEFAULT;
        }

        private static void requireFactor(String name, int above, double value) {
            if (value != 0 && !(value > above && value <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "ejection " + name + " must be 0, or a number above " + above + ": " + value);
            }
        }
    }

    /**
     * The kind of the upstream's failure that ended an attempt. A failure that is not the upstream's fault, such as the
     * client's, has no kind.
     */
    public enum FailureKind {
        /** There was no connection: the name, the connect, its time limit, or the TLS handshake. */
        CONNECT,
        /** There was a connection, and then for too long nothing more was received or sent. */
        TIMEOUT,
        /** The connection broke, the answer was not HTTP, or it was 502, 503 or 504. */
        GATEWAY,
        /** The answer was any other status from 500 to 599. */
        SERVER_ERROR
    }
}
