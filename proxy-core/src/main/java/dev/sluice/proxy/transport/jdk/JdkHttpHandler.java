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

/**
 * Serves within an existing server of the JDK, as one of its contexts:
 *
 * <pre>{@code
 * HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
 * server.createContext("/api", JdkHttpHandler.of(handler));
 * server.setExecutor(executor);
 * server.start();
 * }</pre>
 *
 * <p>The request's target is the whole one: the context's path is not removed. Each request is checked, and bodies are
 * timed, as in our own listener. Two things are left to the server: the time that a request's head may take, and the
 * executor, which needs a thread for each exchange. Safe for use by many threads, and as a context of many servers.
 */
public final class JdkHttpHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(JdkHttpHandler.class);

    private final Service service;
    private final JdkListenerWatch watch;
    private volatile boolean draining;

    JdkHttpHandler(Service service, JdkListenerWatch watch) {
        this.service = service;
        this.watch = watch;
    }

    /** Serves requests with {@code service}; the JVM's clock measures idle clients. */
    public static JdkHttpHandler of(Service service) {
        return of(service, TimeSource.system());
    }

    /**
     * Serves requests with {@code service}.
     *
     * @param time the clock for idle clients
     */
    public static JdkHttpHandler of(Service service, TimeSource time) {
        return new JdkHttpHandler(service, new JdkListenerWatch(time));
    }

    /**
     * Serves requests with {@code handler}, with default limits and timeouts; its exceptions become error pages. Only
     * exchanges that fail are logged.
     */
    public static JdkHttpHandler of(ProxyHandler handler) {
        return of(Service.of(handler, TimeSource.system(), new Failures()));
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

    /** Logs failures that became an error page, as nobody else does for a single handler. */
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
