package dev.sluice.balancer.live;

/**
 * Is told of the attempts at a member, by the attempt itself: that it is given a member comes first. What follows may be told
 * on other threads, and what its request makes of it, {@link #passedOn} and {@link #unreachable}, also after its end. Each part
 * of a member listens for what concerns it; {@code LiveMember} has the list of them. Nothing here may block.
 */
public interface AttemptListener {
    /** The attempt has been given a member, and will be made. */
    default void given(MemberAttempt attempt) {}

    /** It runs, and can be {@linkplain MemberAttempt#cut cut} from now on. */
    default void running(MemberAttempt attempt) {}

    /** It was {@linkplain MemberAttempt#patient given far longer than others}, and has not been answered. */
    default void silent(MemberAttempt attempt, long nanos) {}

    /** The head of its response is here: it has a status and a latency. */
    default void answered(MemberAttempt attempt, long nanos) {}

    /** It has answered its request, with a whole response where that is held. */
    default void passedOn(MemberAttempt attempt, long nanos) {}

    /** It has ended: its {@link MemberAttempt#failure} is known. Once for each attempt, whether it was made or not. */
    default void ended(MemberAttempt attempt, long nanos) {}

    /** It could not reach the member, no other is left, and its request is going to wait. */
    default void unreachable(MemberAttempt attempt) {}
}
