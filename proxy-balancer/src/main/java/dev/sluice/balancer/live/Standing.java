package dev.sluice.balancer.live;

/**
 * The state of a member that its parts need to know of each other, and do not write. Consistent within one of the
 * pool's {@link Transitions}.
 */
public interface Standing {
    /** The member's id. */
    String id();

    /** Returns whether it is a member: neither about to be one, nor removed. */
    boolean isMember();

    /** Returns whether it is probed at all. */
    boolean isProbed();

    /** Returns whether probes find it down. */
    boolean isDown();

    /** Returns whether it is out because of failures. */
    boolean isEjected();

    /** Returns whether it gets no new requests. */
    boolean isDraining();

    /** Returns whether it gets requests like any other. */
    default boolean isUsed() {
        return isMember() && !isDown() && !isEjected() && !isDraining();
    }
}
