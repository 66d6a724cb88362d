package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import java.util.Set;

/** A single handler as a service. For many threads. */
record HandlerService(ProxyHandler handler, TimeSource time, ExchangeListener listener) implements Service {
    @Override
    public Limits limits() {
        return Limits.DEFAULT;
    }

    @Override
    public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
        return Exchange.builder(time)
                .client(client)
                .capabilities(capabilities)
                .interim(interim)
                .listener(listener)
                .begin();
    }

    @Override
    public ProxyResponse serve(ProxyRequest request) {
        Exchange exchange = request.exchange();
        exchange.received(request);
        try {
            return handler.handle(request);
        } catch (Throwable cause) {
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return refuse(exchange, ProxyException.of(cause));
        }
    }

    @Override
    public ProxyResponse refuse(Exchange exchange, ProxyException why) {
        exchange.notes().failed(why);
        return ErrorHandler.standardPage(exchange.request(), why);
    }
}
