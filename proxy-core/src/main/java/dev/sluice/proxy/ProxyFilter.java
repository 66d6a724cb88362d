package dev.sluice.proxy;

import java.io.IOException;
import java.util.Objects;

/**
 * Stands around a {@link ProxyHandler}: it may change the request before it calls {@code next}, change the response
 * afterwards, or answer without calling it. For a whole exchange, give it to the pipeline or to a route; for each
 * attempt, to {@link Upstream#with}. Called from many threads at once.
 */
@FunctionalInterface
public interface ProxyFilter {
    /**
     * Answers one request, usually with the answer of {@code next}. You need not close a response that you do not pass
     * on: its attempt ends with the exchange.
     *
     * @throws ProxyException to refuse the request, see {@link ProxyException#refused}
     * @throws IOException if something fails without an outcome
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException;

    /**
     * Changes a page for which {@link #filter} is not called, such as that for a message that is no valid request, in the
     * same way as it changes a response. A server asks its filters, the innermost first, and those of the route that was
     * taken if a failure has gone through them as an exception; {@link Exchange#request()} is null if the request could
     * not be read. Returns the page itself by default.
     */
    default ProxyResponse page(Exchange exchange, ProxyResponse page) {
        return page;
    }

    /** Where a server or a route puts this filter; {@link Stage#FILTER} by default. */
    default Stage stage() {
        return Stage.FILTER;
    }

    /** This filter at another stage, such as authentication of your own. */
    default ProxyFilter at(Stage stage) {
        return new StagedFilter(this, Objects.requireNonNull(stage, "stage"));
    }
}
