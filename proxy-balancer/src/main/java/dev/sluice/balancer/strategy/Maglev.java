package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/** Consistent hashing by a table, as {@link Strategies#maglev} says. Safe for use by many threads. */
final class Maglev implements LoadBalancer {
    /** The slots of the table unless told otherwise: the paper's small size. */
    static final int TABLE_SIZE = 65_537;

    private static final int LARGEST = 1 << 24;

    private final HashPolicy policy;
    private final int tableSize;
    private final HashChoice choice;

    Maglev(RequestKey key) {
        this(HashPolicy.by(key));
    }

    Maglev(HashPolicy policy) {
        this(policy, TABLE_SIZE);
    }

    Maglev(HashPolicy policy, int tableSize) {
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
