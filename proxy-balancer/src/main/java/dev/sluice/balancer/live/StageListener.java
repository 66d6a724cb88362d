package dev.sluice.balancer.live;

/**
 * Is called when a part of a member has entered another stage; within the transition, so that all calls come in order.
 *
 * @param <S> the stages of the part
 */
@FunctionalInterface
public interface StageListener<S extends Enum<S>> {
    /**
     * The part has entered the stage.
     *
     * @param member the member's id
     * @param reason why, in words for a person
     */
    void entered(String member, S stage, String reason);
}
