package dev.sluice.balancer.eject;

/** Where a member is that may be ejected. */
public enum EjectionStage {
    /** It gets requests. */
    IN_USE,
    /** It gets none for a while, as its requests failed. */
    OUT,
    /** Its time is over: one request is to show whether it is well. */
    ON_TRIAL
}
