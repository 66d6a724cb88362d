package dev.sluice.balancer.strategy;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import dev.sluice.proxy.testing.TestExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Picks among members a, b, c … with weights and counts of the test. The random numbers are always the same. Each pick
 * of {@link #ids} and {@link #shares} has another path, and so another key.
 */
final class TestPick implements Pick {
    private final List<TestMember> members = new ArrayList<>();
    private final BitSet eligible = new BitSet();
    private final RandomGenerator random = new SplittableRandom(42);
    private final ProxyRequest request = TestExchange.request("GET", "/");
    private long ticket;
    private long inFlight;
    private Runnable once = () -> {};

    static TestPick weights(int... weights) {
        TestPick pick = new TestPick();
        for (int weight : weights) {
            String id = String.valueOf((char) ('a' + pick.members.size()));
            pick.eligible.set(pick.members.size());
            pick.members.add(new TestMember(pick.members.size(), id, weight));
        }
        return pick;
    }

    /** This number of members with weight 1. */
    static TestPick of(int count) {
        int[] weights = new int[count];
        Arrays.fill(weights, 1);
        return weights(weights);
    }

    /** The same members as {@link #weights} has, the last id first. */
    static TestPick reversed(int... weights) {
        TestPick pick = weights(weights);
        for (int i = 0; i < weights.length; i++) {
            String id = String.valueOf((char) ('a' + weights.length - 1 - i));
            pick.members.set(i, new TestMember(i, id, weights[i]));
        }
        return pick;
    }

    /** The same members with indexes from 0. */
    static List<TestMember> renumbered(List<TestMember> members) {
        List<TestMember> list = new ArrayList<>();
        members.forEach(member -> list.add(new TestMember(list.size(), member.id, member.weight)));
        return list;
    }

    TestPick inFlight(int... counts) {
        for (int i = 0; i < counts.length; i++) {
            inFlight += counts[i] - members.get(i).inFlight;
            members.get(i).inFlight = counts[i];
        }
        return this;
    }

    TestPick latencyNanos(long... latencies) {
        for (int i = 0; i < latencies.length; i++) {
            members.get(i).latencyNanos = latencies[i];
        }
        return this;
    }

    /** The member is in slow start: this part of its weight is in effect. */
    TestPick part(int index, double part) {
        members.get(index).part = part;
        return this;
    }

    /** Runs this once, at the next question whether a member is eligible. */
    void whenAsked(Runnable task) {
        once = task;
    }

    /** Gives one more attempt to a member. */
    void begin(int index) {
        members.get(index).inFlight++;
        inFlight++;
    }

    void end(int index) {
        members.get(index).inFlight--;
        inFlight--;
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

    /** Gives members this number of requests that stay in flight. Returns how many each member has then. */
    int[] fill(LoadBalancer strategy, int count) {
        for (int i = 0; i < count; i++, ticket++) {
            begin(strategy.pick(this));
        }
        return members.stream().mapToInt(TestMember::inFlight).toArray();
    }

    /** The members of this number of keys: the paths /0, /1, /2 … */
    int[] owners(LoadBalancer strategy, int keys) {
        int[] owners = new int[keys];
        for (ticket = 0; ticket < keys; ticket++) {
            owners[(int) ticket] = strategy.pick(this);
        }
        return owners;
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
        return request.toBuilder()
                .target(request.target().withPath("/" + ticket))
                .build();
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
        Runnable task = once;
        once = () -> {};
        task.run();
        return eligible.get(index);
    }

    @Override
    public double weight(int index) {
        return members.get(index).weight * members.get(index).part;
    }

    @Override
    public long inFlight() {
        return inFlight;
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
        private long latencyNanos;
        private double part = 1;

        TestMember(int index, String id, int weight) {
            this.index = index;
            this.id = id;
            this.weight = weight;
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
            return latencyNanos;
        }

        @Override
        public long peakLatencyNanos(long nanos) {
            return latencyNanos;
        }

        @Override
        public Map<String, String> tags() {
            return Map.of();
        }
    }
}
