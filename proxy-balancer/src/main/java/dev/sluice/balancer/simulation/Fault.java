package dev.sluice.balancer.simulation;

import dev.sluice.proxy.internal.Require;
import org.jspecify.annotations.Nullable;

/** A fault of a simulated server for a time, see {@link SimulatedMember#withFault}. */
public final class Fault {
    private static final Fault DEAD = new Fault(Kind.DEAD, 1, null);
    private static final Fault STALLED = new Fault(Kind.STALLED, 1, null);

    final Kind kind;
    /** A share, or a factor. */
    final double number;
    /** The status of {@link #answering}. */
    final int status;

    final @Nullable Latency latency;

    private Fault(Kind kind, double number, @Nullable Latency latency) {
        this(kind, number, 0, latency);
    }

    private Fault(Kind kind, double number, int status, @Nullable Latency latency) {
        this.kind = kind;
        this.number = number;
        this.status = status;
        this.latency = latency;
    }

    /**
     * The process is killed. Its requests fail with HEAD_FAILED, and it may have acted on them. New connections are
     * refused at once. When the fault ends, the server has been started again, with nothing to do.
     */
    public static Fault dead() {
        return DEAD;
    }

    /**
     * The process is stopped, as by SIGSTOP. Connections are accepted, and nothing answers. When the fault ends, it
     * goes on with its requests.
     */
    public static Fault stalled() {
        return STALLED;
    }

    /**
     * Requests that the server begins to work on take longer by this factor.
     *
     * @throws IllegalArgumentException if the factor is not positive
     */
    public static Fault slow(double factor) {
        return new Fault(Kind.SLOW, Require.positive("factor of a slow server", factor), null);
    }

    /** Requests that the server begins to work on have this latency. */
    public static Fault latency(Latency latency) {
        return new Fault(Kind.LATENCY, 1, latency);
    }

    /**
     * This share of the requests is answered at once with a status such as 503, without any work: a server that fails
     * fast, and so looks idle.
     *
     * @param share 0 to 1
     * @throws IllegalArgumentException if the share is out of range, or the status is not 200 to 599
     */
    public static Fault answering(int status, double share) {
        Require.within("status of a fault", 200, 599, status);
        return new Fault(Kind.ANSWERING, Require.within("share of a status", 0, 1, share), status, null);
    }

    /**
     * The connections of this share of the requests are reset, at once, after the request was sent.
     *
     * @param share 0 to 1
     * @throws IllegalArgumentException if the share is out of range
     */
    public static Fault resetting(double share) {
        return new Fault(Kind.RESETTING, Require.within("share of resets", 0, 1, share), null);
    }

    /** The fault in a few words. */
    @Override
    public String toString() {
        return switch (kind) {
            case DEAD -> "dead";
            case STALLED -> "stalled";
            case SLOW -> number + " times as slow";
            case LATENCY -> "another latency";
            case ANSWERING -> "status " + status + " for a share of " + number;
            case RESETTING -> "resets for a share of " + number;
        };
    }

    enum Kind {
        DEAD,
        STALLED,
        SLOW,
        LATENCY,
        ANSWERING,
        RESETTING
    }
}
