package dev.sluice.balancer.simulation;

/** Something that happens at a time of the simulation. At most once in the heap, and may be put there again. */
abstract class Event {
    /** When; set by the heap. */
    long nanos;
    /** Of two events at one time the one with the lower order goes first; as a rule it was put there first. */
    long order;
    /** The place in the heap, or -1 when it is not there. */
    int place = -1;

    /** It happens now. */
    abstract void happen();
}
