package dev.sluice.balancer.eject;

/** The stage of a member that may be ejected. */
public enum EjectionStage {
    /** It gets requests. */
    IN_USE,
    /** It gets none for a while, as its requests failed. */
    OUT,
    /** Its time is over: one request will show whether it is well. */
    ON_TRIAL
}
