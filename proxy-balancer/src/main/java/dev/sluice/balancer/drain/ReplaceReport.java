package dev.sluice.balancer.drain;

import java.time.Duration;

/**
 * How one member has taken the place of another. Immutable.
 *
 * @param added the id of the new member
 * @param removed how the drain of the old one ended, after which it was removed
 * @param took how long the whole replacement took
 */
public record ReplaceReport(String added, DrainReport removed, Duration took) {}
