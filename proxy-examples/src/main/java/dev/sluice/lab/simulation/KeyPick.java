package dev.sluice.lab.simulation;

import dev.sluice.balancer.strategy.HashPolicy;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import dev.sluice.proxy.testing.TestExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Asks a hashing strategy which member each key gets, without a pool. All members have weight 1. For one thread. */
final class KeyPick implements Pick {
    private final ProxyRequest request = TestExchange.request("GET", "/");
    private final List<Counted> members = new ArrayList<>();
    private final LoadBalancer strategy;
    private String key = "";
    private long inFlight;

    /**
     * Makes the strategy with its own key, over members with these ids.
     *
     * @param kind makes the strategy from the key to hash
     */
    KeyPick(List<String> ids, Function<HashPolicy, LoadBalancer> kind) {
        for (String id : ids) {
            members.add(new Counted(members.size(), id));
        }
        strategy = kind.apply(HashPolicy.by(asked -> key)).over(members);
    }

    /** This number of ids. Different sets have different ids. */
    static List<String> ids(long set, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add("set-" + set + "-member-" + i);
        }
        return ids;
    }

    /** The index of the member that the key gets. */
    int owner(String asked) {
        key = asked;
        return strategy.pick(this);
    }

    /** Gives the key's member a request that stays in flight. */
    void begin(String asked) {
        members.get(owner(asked)).inFlight++;
        inFlight++;
    }

    /** The ratio of the requests in flight at the fullest member to the average. */
    double fullest() {
        int most = 0;
        for (Counted member : members) {
            most = Math.max(most, member.inFlight);
        }
        return (double) most * members.size() / inFlight;
    }

    @Override
    public ProxyRequest request() {
        return request;
    }

    @Override
    public int size() {
        return members.size();
    }

    @Override
    public Candidate candidate(int index) {
        return members.get(index);
    }

    @Override
    public boolean eligible(int index) {
        return true;
    }

    @Override
    public long inFlight() {
        return inFlight;
    }

    @Override
    public long ticket() {
        return 0;
    }

    @Override
    public long nanos() {
        return 0;
    }

    @Override
    public RandomGenerator random() {
        return new SplittableRandom(1);
    }

    /** A member that counts the requests in flight. */
    private static final class Counted implements Candidate {
        private final int index;
        private final String id;
        private int inFlight;

        Counted(int index, String id) {
            this.index = index;
            this.id = id;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }

        @Override
        public long latencyNanos() {
            return 0;
        }

        @Override
        public long peakLatencyNanos(long nanos) {
            return 0;
        }

        @Override
        public Map<String, String> tags() {
            return Map.of();
        }
    }
}
