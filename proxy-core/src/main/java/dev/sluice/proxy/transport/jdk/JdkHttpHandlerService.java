package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorPage;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Service;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handler alone as a service: default limits and timeouts, and the standard error page. For many threads. */
final class JdkHttpHandlerService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(JdkHttpHandler.class);

    private final ProxyHandler handler;

    JdkHttpHandlerService(ProxyHandler handler) {
        this.handler = handler;
    }

    @Override
    public Limits limits() {
        return Limits.DEFAULT;
    }

    @Override
    public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
        return Exchange.builder(TimeSource.system())
                .client(client)
                .capabilities(capabilities)
                .interim(interim)
                .begin();
    }

    @Override
    public ProxyResponse serve(ProxyRequest request) {
        Exchange exchange = request.exchange();
        exchange.record().request(request);
        try {
            return handler.handle(request);
        } catch (ProxyException why) {
            return refuse(exchange, why);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return failed(exchange, interrupt);
        } catch (Throwable fault) {
            return failed(exchange, fault);
        }
    }

    @Override
    public ProxyResponse refuse(Exchange exchange, ProxyException why) {
        Throwable fault = why.outcome() == Outcome.FAILED ? why.getCause() : null;
        LOG.warn("{}: {}: {}", exchange.client().address(), why.outcome(), why.getMessage(), fault);
        exchange.record().failed(why);
        return ErrorPage.STANDARD.answer(exchange.record().request(), why);
    }

    private ProxyResponse failed(Exchange exchange, Throwable fault) {
        return refuse(exchange, new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, "a handler failed", fault));
    }
}
