package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves within a server of the JDK, as {@link JdkTransport#httpHandler} promises it. */
final class JdkHttpHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(JdkHttpHandler.class);

    private final Service service;
    private final JdkListenerWatch watch;
    private volatile boolean draining;

    JdkHttpHandler(Service service, JdkListenerWatch watch) {
        this.service = service;
        this.watch = watch;
    }

    /** Logs failures that become an error page, as nobody else does for a single handler. */
    static JdkHttpHandler of(ProxyHandler handler) {
        return of(Service.of(handler, TimeSource.system(), new Failures()), TimeSource.system());
    }

    static JdkHttpHandler of(Service service, TimeSource time) {
        return new JdkHttpHandler(service, new JdkListenerWatch(time));
    }

    /**
     * Serves one request.
     *
     * @throws IOException so that the server cuts the connection, such as when a response breaks off
     */
    @Override
    public void handle(HttpExchange http) throws IOException {
        JdkListenerHeadTimeout.reached();
        JdkExchange exchange;
        try {
            exchange = new JdkExchange(http, service, watch, () -> draining);
        } catch (Throwable fault) {
            LOG.error("an exchange could not be begun", fault);
            throw new IOException("an exchange could not be begun", fault);
        }
        exchange.serve();
    }

    /** From now on each response closes its connection. */
    void drain() {
        draining = true;
    }

    private record Failures() implements ExchangeListener {
        @Override
        public void ended(ExchangeRecord record) {
            ProxyException why = record.failure();
            if (why != null) {
                Throwable fault = why.outcome() == Outcome.FAILED ? why.getCause() : null;
                LOG.warn("{}: {}: {}", record.client().address(), why.outcome(), why.getMessage(), fault);
            }
        }
    }
}
