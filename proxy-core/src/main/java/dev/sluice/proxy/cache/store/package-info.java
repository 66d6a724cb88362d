/**
 * Where a cache keeps responses. A {@link dev.sluice.proxy.cache.store.CacheStore} knows nothing of HTTP's rules:
 * implement it for a store that several proxies share. All types are safe for use by many threads, but for builders and
 * for what their javadoc names.
 */
@NullMarked
package dev.sluice.proxy.cache.store;

import org.jspecify.annotations.NullMarked;
