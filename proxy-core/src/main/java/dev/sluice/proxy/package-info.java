/**
 * The vocabulary of the library: the types that a proxy is made of, not the parts that do the work. Start with {@link
 * dev.sluice.proxy.ProxyHandler} (a proxy is a function from a request to a response), {@link
 * dev.sluice.proxy.ProxyFilter} (it stands around a handler) and {@link dev.sluice.proxy.Upstream} (a server
 * elsewhere). {@link dev.sluice.proxy.Exchange} is the scope of everything acquired for one request.
 *
 * <p>Everything is blocking and streaming: one thread carries an exchange from the request's head to the response's
 * last byte. Values are immutable and may be shared between threads; a {@link dev.sluice.proxy.Body} belongs to one
 * reader.
 */
@NullMarked
package dev.sluice.proxy;

import org.jspecify.annotations.NullMarked;
