package dev.sluice.proxy.server;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.error.ErrorPage;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outermost filter: whatever is thrown further in becomes a response and is noted in the record. Never
 * throws.
 */
record ErrorPages(ErrorHandler handler) implements ProxyFilter {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) {
        try {
            return Objects.requireNonNull(next.handle(request), "a handler, filter or hook returned no response");
        } catch (ProxyException why) {
            return answer(request.exchange(), request.headers(), why);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return answer(request.exchange(), request.headers(), wrap(Outcome.SHUT_DOWN, interrupt));
        } catch (Throwable fault) {
            return answer(request.exchange(), request.headers(), wrap(Outcome.FAILED, fault));
        }
    }

    ProxyResponse answer(Exchange exchange, Headers requestHeaders, ProxyException why) {
        exchange.record().failed(why);
        try {
            ProxyResponse own = handler.answer(requestHeaders, why);
            return own != null ? own : ErrorPage.STANDARD.answer(requestHeaders, why);
        } catch (RuntimeException | Error fault) {
            LOG.error("the error handler failed, the standard page is sent", fault);
            return ErrorPage.STANDARD.answer(requestHeaders, why);
        }
    }

    private static ProxyException wrap(Outcome outcome, Throwable cause) {
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, String.valueOf(cause), cause);
    }
}
