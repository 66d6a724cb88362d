/**
 * The vocabulary of the library: what a proxy is made of, and nothing that does the work. Start with {@link
 * dev.sluice.proxy.ProxyHandler} (a proxy is a function from a request to a response), {@link
 * dev.sluice.proxy.ProxyFilter} (one that goes around another) and {@link dev.sluice.proxy.Upstream} (one that is a
 * server elsewhere). {@link dev.sluice.proxy.Exchange} is the scope that everything acquired for one request belongs
 * to.
 *
 * <p>Everything is blocking and streaming: one thread carries an exchange from the request's head to the response's
 * last byte. Values are immutable and may be shared between threads; a {@link dev.sluice.proxy.Body} belongs to one
 * reader.
 */
@NullMarked
package dev.sluice.proxy;

import org.jspecify.annotations.NullMarked;
