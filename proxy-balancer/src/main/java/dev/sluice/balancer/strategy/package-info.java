/**
 * Ways to pick a member of a pool, each a {@link dev.sluice.proxy.LoadBalancer} in a file of its own.
 * {@link dev.sluice.balancer.strategy.PowerOfTwoChoices} is the pool's default and a good place to start.
 *
 * <table>
 * <caption>What it is called elsewhere</caption>
 * <tr><th>name</th><th>strategy</th></tr>
 * <tr><td>round robin</td><td>{@link dev.sluice.balancer.strategy.RoundRobin}</td></tr>
 * <tr><td>weighted round robin</td><td>{@link dev.sluice.balancer.strategy.SmoothWeightedRoundRobin}</td></tr>
 * <tr><td>random</td><td>{@link dev.sluice.balancer.strategy.RandomChoice}</td></tr>
 * <tr><td>weighted random</td><td>{@link dev.sluice.balancer.strategy.WeightedRandom}</td></tr>
 * <tr><td>least requests, weighted least requests, least connections</td>
 * <td>{@link dev.sluice.balancer.strategy.LeastRequests}</td></tr>
 * <tr><td>power of two choices, best of three</td>
 * <td>{@link dev.sluice.balancer.strategy.PowerOfTwoChoices}</td></tr>
 * <tr><td>least latency, peak EWMA</td><td>{@link dev.sluice.balancer.strategy.PowerOfTwoChoices} or
 * {@link dev.sluice.balancer.strategy.LeastLoad} with
 * {@link dev.sluice.balancer.strategy.LoadMetric#PEAK_EWMA}</td></tr>
 * <tr><td>source hash, IP hash</td><td>{@link dev.sluice.balancer.strategy.ClientAddressHash}</td></tr>
 * <tr><td>consistent hash, ketama</td><td>{@link dev.sluice.balancer.strategy.Maglev},
 * {@link dev.sluice.balancer.strategy.RingHash}, {@link dev.sluice.balancer.strategy.Rendezvous}</td></tr>
 * </table>
 *
 * <p>Weights count in all of them but round robin and random, which have weighted counterparts. Slow start lowers a
 * weight for a while, and so counts in all of them; each says how.
 *
 * <p>Threads: a strategy is called from many threads at once; none blocks. An instance belongs to one pool.
 */
@NullMarked
package dev.sluice.balancer.strategy;

import org.jspecify.annotations.NullMarked;
