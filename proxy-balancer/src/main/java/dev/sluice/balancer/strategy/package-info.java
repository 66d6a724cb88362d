/**
 * Ways to pick a member of a pool. {@link dev.sluice.balancer.strategy.Strategies} is the entry point: it has a method
 * for each; {@link dev.sluice.balancer.strategy.Strategies#powerOfTwoChoices} is the pool's default and a good place to
 * start. Strategies that hash take a {@link dev.sluice.proxy.key.RequestKey}, or a {@link
 * dev.sluice.balancer.strategy.HashPolicy} with bounded load; those that use load take a {@link
 * dev.sluice.balancer.strategy.LoadMetric}. Keys and metrics of your own are lambdas, and your own strategy is a {@link
 * dev.sluice.proxy.spi.LoadBalancer}.
 *
 * <table>
 * <caption>Other names</caption>
 * <tr><th>name</th><th>strategy</th></tr>
 * <tr><td>round robin</td><td>{@link dev.sluice.balancer.strategy.Strategies#roundRobin}</td></tr>
 * <tr><td>weighted round robin</td><td>{@link dev.sluice.balancer.strategy.Strategies#smoothWeightedRoundRobin}</td></tr>
 * <tr><td>random</td><td>{@link dev.sluice.balancer.strategy.Strategies#randomChoice}</td></tr>
 * <tr><td>weighted random</td><td>{@link dev.sluice.balancer.strategy.Strategies#weightedRandom}</td></tr>
 * <tr><td>least requests, weighted least requests, least connections</td>
 * <td>{@link dev.sluice.balancer.strategy.Strategies#leastRequests}</td></tr>
 * <tr><td>power of two choices, best of three</td>
 * <td>{@link dev.sluice.balancer.strategy.Strategies#powerOfTwoChoices}</td></tr>
 * <tr><td>least latency, peak EWMA</td><td>{@link dev.sluice.balancer.strategy.Strategies#powerOfTwoChoices} or
 * {@link dev.sluice.balancer.strategy.Strategies#leastLoad} with
 * {@link dev.sluice.balancer.strategy.LoadMetric#PEAK_EWMA}</td></tr>
 * <tr><td>source hash, IP hash</td><td>{@link dev.sluice.balancer.strategy.Strategies#clientAddressHash}</td></tr>
 * <tr><td>consistent hash, ketama</td><td>{@link dev.sluice.balancer.strategy.Strategies#maglev},
 * {@link dev.sluice.balancer.strategy.Strategies#ringHash}, {@link dev.sluice.balancer.strategy.Strategies#rendezvous}</td></tr>
 * </table>
 *
 * <p>All of them use weights, except round robin and random, which have weighted counterparts. Slow start lowers a
 * weight for a while, and works with all of them; each says how.
 *
 * <p>Threads: a strategy is called from many threads at once; none blocks. An instance belongs to one pool.
 */
@NullMarked
package dev.sluice.balancer.strategy;

import org.jspecify.annotations.NullMarked;
