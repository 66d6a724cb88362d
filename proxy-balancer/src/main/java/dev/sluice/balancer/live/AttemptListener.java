package dev.sluice.balancer.live;

/**
 * Gets the reports of an attempt at a member. The first says that the attempt has a member. Later ones may come on
 * other threads; {@link #passedOn} and {@link #unreachable} may come after its end. Each part of a member listens for
 * its own concerns; {@code LiveMember} has the list of them. Nothing here may block.
 */
public interface AttemptListener {
    /** The attempt has a member, and will be made. */
    default void given(MemberAttempt attempt) {}

    /** It runs, and can be {@linkplain MemberAttempt#cut cut} from now on. */
    default void running(MemberAttempt attempt) {}

    /** It {@linkplain MemberAttempt#patient had far more time than others}, and has no answer. */
    default void silent(MemberAttempt attempt, long nanos) {}

    /** The head of its response is here: it has a status and a latency. */
    default void answered(MemberAttempt attempt, long nanos) {}

    /** It has answered its request, with a whole response if that is held. */
    default void passedOn(MemberAttempt attempt, long nanos) {}

    /**
     * It has ended: its {@link MemberAttempt#failure} is known. Called once for each attempt, whether it was made or
     * not.
     */
    default void ended(MemberAttempt attempt, long nanos) {}

    /** It could not reach the member, no other is left, and its request is going to wait. */
    default void unreachable(MemberAttempt attempt) {}
}
