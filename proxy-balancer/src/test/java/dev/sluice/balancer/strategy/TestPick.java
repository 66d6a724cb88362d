package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.testing.TestExchange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Picks among members a, b, c … with weights and counts of the test. The random numbers are always the same. */
final class TestPick implements Pick {
    private final List<TestMember> members = new ArrayList<>();
    private final BitSet eligible = new BitSet();
    private final RandomGenerator random = new SplittableRandom(42);
    private long ticket;

    static TestPick weights(int... weights) {
        TestPick pick = new TestPick();
        for (int weight : weights) {
            String id = String.valueOf((char) ('a' + pick.members.size()));
            pick.eligible.set(pick.members.size());
            pick.members.add(new TestMember(pick.members.size(), id, weight));
        }
        return pick;
    }

    TestPick inFlight(int... counts) {
        for (int i = 0; i < counts.length; i++) {
            members.get(i).inFlight = counts[i];
        }
        return this;
    }

    TestPick without(int... indexes) {
        for (int index : indexes) {
            eligible.clear(index);
        }
        return this;
    }

    TestPick with(int index) {
        eligible.set(index);
        return this;
    }

    TestPick ticket(long first) {
        ticket = first;
        return this;
    }

    LoadBalancer prepared(LoadBalancer strategy) {
        return strategy.over(members);
    }

    List<TestMember> members() {
        return members;
    }

    /** The ids of {@code count} picks, one after the other. */
    String ids(LoadBalancer strategy, int count) {
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < count; i++, ticket++) {
            ids.append(members.get(strategy.pick(this)).id());
        }
        return ids.toString();
    }

    /** How often each member is picked. */
    int[] shares(LoadBalancer strategy, int count) {
        int[] shares = new int[members.size()];
        for (int i = 0; i < count; i++, ticket++) {
            shares[strategy.pick(this)]++;
        }
        return shares;
    }

    @Override
    public ProxyRequest request() {
        return TestExchange.request("GET", "/");
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
        return eligible.get(index);
    }

    @Override
    public long inFlight() {
        return members.stream().mapToLong(TestMember::inFlight).sum();
    }

    @Override
    public long ticket() {
        return ticket;
    }

    @Override
    public long nanos() {
        return 0;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    static final class TestMember implements Candidate {
        private final int index;
        private final String id;
        private final int weight;
        private int inFlight;

        TestMember(int index, String id, int weight) {
            this.index = index;
            this.id = id;
            this.weight = weight;
        }

        void begin() {
            inFlight++;
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
            return weight;
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
