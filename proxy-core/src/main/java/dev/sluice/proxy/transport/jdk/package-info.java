/**
 * The transport on the JDK's own classes: a listener on {@code com.sun.net.httpserver} and upstreams on {@code
 * java.net.http}. Use {@link dev.sluice.proxy.transport.jdk.JdkTransport#httpHandler} to serve within an existing server, or
 * else give the transport to a server. Each exchange has a thread: virtual if blocking inside {@code synchronized} does not
 * hold a carrier thread (24 and later), else from a bounded pool.
 */
@NullMarked
package dev.sluice.proxy.transport.jdk;

import org.jspecify.annotations.NullMarked;
