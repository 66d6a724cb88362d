package dev.sluice.proxy.server;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.scope.PageFilters;
import dev.sluice.proxy.scope.StandardPage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a response of any exception from further inside, and notes it in the record. Never throws. It is used
 * within each filter of the server, which so gets a page like any response, and outside of all, for their own exceptions.
 */
record ErrorPages(ErrorHandler handler) implements ProxyFilter {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.proxy.server.Pipeline");

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) {
        try {
            return Objects.requireNonNull(next.handle(request), "a handler, filter or hook returned no response");
        } catch (Throwable cause) {
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return answer(request.exchange(), request, ProxyException.of(cause));
        }
    }

    ProxyResponse answer(Exchange exchange, @Nullable ProxyRequest request, ProxyException why) {
        exchange.notes().failed(why);
        ProxyResponse page = page(exchange, request, why);
        try {
            return PageFilters.page(exchange, page);
        } catch (RuntimeException | Error fault) {
            LOG.error("a filter of the route failed, the page is sent as it is", fault);
            return page;
        }
    }

    private ProxyResponse page(Exchange exchange, @Nullable ProxyRequest request, ProxyException why) {
        try {
            ProxyResponse own = handler.answer(request, why);
            if (own != null) {
                return withFields(own, why.headers());
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("the error handler failed, the standard page is sent", fault);
        }
        return StandardPage.of(request, exchange.record(), why);
    }

    /** An own page need not know which fields a failure needs, such as the challenge of a 401 (RFC 9110 §15.5.2). */
    private static ProxyResponse withFields(ProxyResponse page, Headers fields) {
        if (fields.isEmpty()) {
            return page;
        }
        ProxyResponse.Builder changed = page.toBuilder();
        fields.forEach((name, value) -> {
            if (!page.headers().has(name)) {
                changed.addHeader(name, value);
            }
        });
        return changed.build();
    }
}
