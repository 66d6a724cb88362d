package dev.sluice.balancer.strategy;

/** Says to which member a hash belongs. Immutable. */
@FunctionalInterface
interface KeyTable {
    /** The member's rank in the roster that the table was made from. */
    int owner(long hash);

    /** A table, made again only when ids or weights have changed. */
    @FunctionalInterface
    interface Builder {
        KeyTable build(Roster roster);
    }
}
