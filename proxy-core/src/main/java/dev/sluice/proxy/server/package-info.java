/**
 * The running proxy: {@link dev.sluice.proxy.server.ProxyServer} listens, and its {@link
 * dev.sluice.proxy.server.Pipeline} is everything that happens to a request in between, which also runs without any
 * socket. Both are safe for use by many threads; their builders are for one.
 */
@NullMarked
package dev.sluice.proxy.server;

import org.jspecify.annotations.NullMarked;
