package dev.sluice.proxy;

import java.io.IOException;

/**
 * Goes around a {@link ProxyHandler}: it may change the request before it calls {@code next}, change the response
 * after, or answer without calling at all. Around a whole exchange it is given to the pipeline or to a route; around
 * each attempt, to {@link Upstream#with}. Called from many threads at once.
 */
@FunctionalInterface
public interface ProxyFilter {
    /**
     * Answers one request, usually with what {@code next} answers. A response that is not passed on need not be
     * closed: its attempt ends with the exchange.
     *
     * @throws ProxyException to refuse the request, see {@link ProxyException#refused}
     * @throws IOException if something fails that has no outcome of its own
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException;
}
