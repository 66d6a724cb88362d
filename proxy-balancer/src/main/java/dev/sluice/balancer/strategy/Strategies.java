package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;

/**
 * All strategies: ways to pick a member of a pool.
 *
 * <pre>{@code
 * UpstreamPool pool = UpstreamPool.builder()
 *         .addMember("http://10.0.0.1:8080")
 *         .addMember("http://10.0.0.2:8080")
 *         .strategy(Strategies.leastRequests())
 *         .build();
 * }</pre>
 *
 * <p>Each call makes a strategy, which belongs to one pool. Its {@code toString} is the name that records show. All
 * strategies and these methods are safe for use by many threads. Your own strategy is a {@link LoadBalancer}.
 */
public final class Strategies {
    /** The slots of a Maglev table unless you say otherwise: the small size of the paper. */
    public static final int MAGLEV_SLOTS = Maglev.TABLE_SIZE;

    /** The points on a ring that a member has for a weight of 1 unless you say otherwise. */
    public static final int RING_POINTS = RingHash.POINTS;

    private Strategies() {}

    /**
     * Each member in turn, whatever its weight and load. For members that are alike and requests that cost about the
     * same; {@link #smoothWeightedRoundRobin} uses weights, and with slow or mixed members {@link #leastRequests} or
     * {@link #powerOfTwoChoices} do better. Costs two scans of the members.
     *
     * <p>The turn goes only around the eligible members, so the share of a member that is out is spread over all
     * others; the usual "next index that is up" gives it all to the neighbour. During slow start a member takes, by
     * chance, only a part of its turns, by the part of its weight; the rest is spread in the same way. Holds no state:
     * the turn is the pick's ticket.
     */
    public static LoadBalancer roundRobin() {
        return new RoundRobin();
    }

    /**
     * Each member in turn, in proportion to its weight, with the turns of a heavy member spread out: weights 5, 1, 1
     * give {@code a a b a c a a}. For members of known, different strength, and the most exact in its shares. Costs one
     * scan of the members under a short lock.
     *
     * <p>The rule is nginx's (1.3.1, {@code ngx_http_upstream_get_peer}): with each pick every eligible member's credit
     * grows by its weight; the one with the most credit is picked, and pays the sum of the weights. The weight is the
     * one in effect, so a member that is warmed up by slow start has turns in proportion. Credits are kept by id when
     * the topology changes.
     */
    public static LoadBalancer smoothWeightedRoundRobin() {
        return new SmoothWeightedRoundRobin();
    }

    /**
     * Any member at random, each as often as the others, whatever its weight; {@link #weightedRandom} uses weights. For
     * many proxies in front of the same members, which must not move in step, and for comparison: at load 0.9 the mean
     * time in the system is 10 service times, where two choices have 2.6 (Mitzenmacher 2001). Costs one or a few draws,
     * whatever the number of members.
     *
     * <p>A member that is warmed up by slow start is drawn in proportion to the part of its weight.
     */
    public static LoadBalancer randomChoice() {
        return RandomChoice.even();
    }

    /**
     * Any member at random, in proportion to its weight in effect. For a fixed split that needs no state, such as one
     * in a hundred requests to a new version, and for many proxies in front of members of different strength. Shares
     * are right on average, not in each run of requests: for that {@link #smoothWeightedRoundRobin} is exact. Costs one
     * or a few draws, each a binary search if the weights differ.
     */
    public static LoadBalancer weightedRandom() {
        return RandomChoice.byWeight();
    }

    /**
     * The member with the fewest requests in flight for its weight; among equals one at random, by weight. With equal
     * weights this is least requests (also known as least connections), otherwise weighted least requests. The most
     * even of all for a few members behind one proxy, and for requests of very different cost. One disadvantage:
     * several proxies that see the same idle member all send their requests to it. A failure counts as a request in
     * flight that fades away, so that a member that fails at once does not look idle. Costs one or two scans of the
     * members.
     *
     * <p>The rule is that of nginx's {@code least_conn}, except for the draw among equals. {@link #leastLoad} explains
     * slow start. Holds no state.
     */
    public static LoadBalancer leastRequests() {
        return new LeastRequests();
    }

    /**
     * The least loaded of all members, by a metric and for their weight; among equals one at random, by weight. {@link
     * #leastRequests} is this by requests in flight. By {@link LoadMetric#PEAK_EWMA} it always takes the member that
     * seems to answer soonest, which is best for one proxy in front of few members. Several proxies that see the same
     * fast member all send their requests to it; {@link #powerOfTwoChoices} by the same metric does not. A failure
     * counts as slow, not as fast: for a while it is one more request in flight, so that a member that fails at once
     * does not attract the rest. Costs one scan of the members, or two if there are equals.
     *
     * <p>Slow start: a member that is warmed up would be the least loaded of all, and attract everything. So it does
     * not compete with the others. It is drawn in proportion to its weight in effect, and then taken unless it is more
     * loaded than the best of the others. If all are warmed up, they compete by their weights in effect.
     *
     * <p>Holds no state.
     */
    public static LoadBalancer leastLoad(LoadMetric metric) {
        return new LeastLoad(metric);
    }

    /**
     * Draws two different members at random, by weight, and takes the less loaded for its weight: by requests in flight
     * unless another metric is given. Nearly as even as {@link #leastRequests} at a cost that does not grow with the
     * number of members, and without its herding: proxies do not all choose a member that looks idle, such as a new
     * one. The pool's default. More than two choices come closer to {@link #leastLoad} in both respects.
     *
     * <p>Slow start: a member that is warmed up is drawn in proportion to its weight in effect, and only as the first.
     * As a second choice it would nearly always win, as it has less to do.
     *
     * <p>Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
     */
    public static LoadBalancer powerOfTwoChoices() {
        return new PowerOfTwoChoices();
    }

    /** {@link #powerOfTwoChoices()} by another metric than the requests in flight. */
    public static LoadBalancer powerOfTwoChoices(LoadMetric metric) {
        return new PowerOfTwoChoices(metric);
    }

    /**
     * The rule of {@link #powerOfTwoChoices()} with more choices.
     *
     * @param choices how many different members are drawn; all if there are fewer
     * @throws IllegalArgumentException if choices is less than 2 or more than 16
     */
    public static LoadBalancer bestOf(int choices, LoadMetric metric) {
        return PowerOfTwoChoices.bestOf(choices, metric);
    }

    /**
     * Consistent hashing by a table in which each member has the slots that are its share, to within one. For keys that
     * should stay where they are and also be spread evenly; the first choice among the strategies that hash. With a
     * table of 65,537 the fullest of 1,000 members has 1.007 times the average. The price: if a member is added,
     * removed or gets another weight, a few keys of others also move (1 % of 1,000 members removed: 2.3 % more). A
     * member that is only out moves only its own keys.
     *
     * <p>Costs one look into the table; memory is 4 bytes a slot. The table is made again only when ids or weights
     * change, which takes some milliseconds. It should have a hundred slots for each member; with fewer, weights are
     * coarse. {@link HashPolicy} says what happens to the keys of a member that is out, full or warmed up.
     *
     * <p>Source: Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016.
     */
    public static LoadBalancer maglev(RequestKey key) {
        return new Maglev(key);
    }

    /** {@link #maglev(RequestKey)} with bounded load, or another strategy for requests without a key. */
    public static LoadBalancer maglev(HashPolicy policy) {
        return new Maglev(policy);
    }

    /**
     * {@link #maglev(HashPolicy)} with a table of another size than {@link #MAGLEV_SLOTS}.
     *
     * @throws IllegalArgumentException if the size is not a prime number from 2 to 16,777,216; the paper uses 65,537
     *     and 655,373
     */
    public static LoadBalancer maglev(HashPolicy policy, int tableSize) {
        return new Maglev(policy, tableSize);
    }

    /**
     * Consistent hashing on a ring: each member has a number of points by its weight, and a key belongs to the member
     * of the next point. For caches and other members that profit from the same key, if members are often added and
     * removed: of n members that are alike, one more takes 1/n of the keys and moves no other. Shares are less even
     * than those of {@link #maglev}: with 160 points the standard deviation is 8 % of the share, and it falls with the
     * root of the points.
     *
     * <p>Costs a binary search; memory is 8 bytes a point. There are at most about a million points: if weights are
     * large, use fewer points for each. The table is made again only when ids or weights change. {@link HashPolicy}
     * says what happens to the keys of a member that is out, full or warmed up.
     *
     * <p>Source: Karger et al., "Consistent Hashing and Random Trees", STOC 1997.
     */
    public static LoadBalancer ringHash(RequestKey key) {
        return new RingHash(key);
    }

    /** {@link #ringHash(RequestKey)} with bounded load, or another strategy for requests without a key. */
    public static LoadBalancer ringHash(HashPolicy policy) {
        return new RingHash(policy);
    }

    /**
     * {@link #ringHash(HashPolicy)} with another number of points than {@link #RING_POINTS}.
     *
     * @param points what a member has for a weight of 1
     * @throws IllegalArgumentException if points is not 1 to 100,000
     */
    public static LoadBalancer ringHash(HashPolicy policy, int points) {
        return new RingHash(policy, points);
    }

    /**
     * Rendezvous hashing, also known as highest random weight: each member and the key together give a number, and the
     * highest wins. Needs no table, uses weights exactly, spreads keys as evenly as chance, and moves no more keys than
     * it must when members or weights change. For pools of up to some dozen members, and if weights change often. Costs
     * one scan of the members with a hash for each.
     *
     * <p>Slow start works by itself: the weight in effect counts, so keys go to a member that is warmed up one after
     * another. {@link HashPolicy} says what happens to the keys of a member that is out or full.
     *
     * <p>Sources: Thaler, Ravishankar, IEEE/ACM Transactions on Networking 6(1), 1998; for weights Schindelhauer,
     * Schomaker, SPAA 2005.
     */
    public static LoadBalancer rendezvous(RequestKey key) {
        return new Rendezvous(key);
    }

    /** {@link #rendezvous(RequestKey)} with bounded load, or another strategy for requests without a key. */
    public static LoadBalancer rendezvous(HashPolicy policy) {
        return new Rendezvous(policy);
    }

    /**
     * The same client address goes to the same member: {@link #maglev} by {@link RequestKey#clientAddress()}. The
     * simplest way to keep a client where its session is, without a cookie and without state. Many clients behind one
     * address are one key, and a client whose address changes is another one: if that matters, use a cookie or a header
     * as the key.
     *
     * <p>Costs one look into a table. Known from nginx ({@code ip_hash}) and HAProxy ({@code balance source}).
     */
    public static LoadBalancer clientAddressHash() {
        return new ClientAddressHash();
    }
}
