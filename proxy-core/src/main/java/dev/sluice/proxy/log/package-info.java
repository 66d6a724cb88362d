/**
 * The access log: {@link dev.sluice.proxy.log.AccessLog} writes one line for each exchange through slf4j, on the
 * thread that ends it. Safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.log;

import org.jspecify.annotations.NullMarked;
