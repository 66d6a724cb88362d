package dev.sluice.proxy.testing;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.Service;
import java.io.IOException;
import java.util.Set;

/** The side of {@link TestClient} that answers. */
sealed interface TestServer {
    Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim);

    ProxyResponse answer(ProxyRequest request) throws IOException, InterruptedException;

    ProxyResponse refuse(Exchange exchange, ProxyException why) throws ProxyException;

    /** A handler alone: what it throws reaches the test. */
    record OfHandler(ProxyHandler handler, TimeSource time, ExchangeListener listener) implements TestServer {
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
        public ProxyResponse answer(ProxyRequest request) throws IOException, InterruptedException {
            request.exchange().record().request(request);
            return handler.handle(request);
        }

        @Override
        public ProxyResponse refuse(Exchange exchange, ProxyException why) throws ProxyException {
            throw why;
        }
    }

    /** What stands behind a listener. */
    record OfService(Service service) implements TestServer {
        @Override
        public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
            return service.begin(client, capabilities, interim);
        }

        @Override
        public ProxyResponse answer(ProxyRequest request) {
            return service.serve(request);
        }

        @Override
        public ProxyResponse refuse(Exchange exchange, ProxyException why) {
            return service.refuse(exchange, why);
        }
    }
}
