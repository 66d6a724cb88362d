/**
 * Where a pool's members come from: a {@link dev.sluice.balancer.discovery.Discovery} finds them, and a {@link
 * dev.sluice.balancer.discovery.DiscoveryFeed}, the entry point, gives them to a pool. There are discoveries by name
 * servers ({@link dev.sluice.balancer.discovery.DnsDiscovery}), by the operating system's resolver ({@link
 * dev.sluice.balancer.discovery.ResolverDiscovery}) and from a file ({@link
 * dev.sluice.balancer.discovery.Discovery#file}); for any other registry it is a lambda.
 *
 * <pre>{@code
 * UpstreamPool pool = UpstreamPool.builder().name("orders").build();
 * Discovery discovery = DnsDiscovery.service("_orders._tcp.internal").build();
 * try (DiscoveryFeed feed = DiscoveryFeed.builder(discovery).name("orders").start(pool)) {
 *     feed.firstAnswer().toCompletableFuture().get(10, TimeUnit.SECONDS);
 *     serve(pool);
 * }
 * }</pre>
 *
 * <p>Threads: a feed asks on tasks of its time source, one at a time, where a discovery may block. Plain transitions
 * decide what follows, apart from that. All public types except builders are safe for use by many threads.
 */
@NullMarked
package dev.sluice.balancer.discovery;

import org.jspecify.annotations.NullMarked;
