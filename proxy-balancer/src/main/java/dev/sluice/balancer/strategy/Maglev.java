package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Consistent hashing by a table in which each member has the slots that are its share, to within one. For keys that
 * should stay where they are and be spread evenly too; the first choice among the strategies that hash. With a table of
 * 65,537 the fullest of 1,000 members has 1.007 times the average. What it gives up for this: when a member is added,
 * removed or given another weight, a few keys of others move as well (1 % of 1,000 members removed: 2.3 % more).
 * A member that is merely out moves none but its own.
 *
 * <p>Costs one look into the table; memory is 4 bytes a slot. The table is made anew only when ids or weights change,
 * which takes some milliseconds. It should have a hundred slots a member; with less, weights come out coarsely. {@link
 * HashPolicy} says what happens to the keys of a member that is out, full or warmed up.
 *
 * <p>Source: Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016. Safe for use by
 * many threads.
 */
public final class Maglev implements LoadBalancer {
    /** The slots of the table unless told otherwise: the paper's small size. */
    public static final int TABLE_SIZE = 65_537;

    private static final int LARGEST = 1 << 24;

    private final HashPolicy policy;
    private final int tableSize;
    private final HashChoice choice;

    /** Makes the strategy with {@link #TABLE_SIZE} slots, and without bounded load. */
    public Maglev(RequestKey key) {
        this(HashPolicy.by(key));
    }

    /** Makes the strategy with {@link #TABLE_SIZE} slots. */
    public Maglev(HashPolicy policy) {
        this(policy, TABLE_SIZE);
    }

    /**
     * Makes the strategy.
     *
     * @throws IllegalArgumentException if the table's size is not a prime number from 2 to 16,777,216; the paper uses
     *     65,537 and 655,373
     */
    public Maglev(HashPolicy policy, int tableSize) {
        this(policy, tableSize, new HashChoice(policy));
        if (tableSize > LARGEST || !isPrime(tableSize)) {
            throw new IllegalArgumentException("tableSize must be a prime number up to " + LARGEST + ": " + tableSize);
        }
    }

    private Maglev(HashPolicy policy, int tableSize, HashChoice choice) {
        this.policy = policy;
        this.tableSize = tableSize;
        this.choice = choice;
    }

    private static boolean isPrime(int number) {
        for (int divisor = 2; divisor * divisor <= number; divisor++) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return number > 1;
    }

    @Override
    public int pick(Pick pick) {
        return choice.pick(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new Maglev(policy, tableSize, choice.over(members, roster -> new MaglevTable(roster, tableSize)));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "maglev by " + policy;
    }
}
