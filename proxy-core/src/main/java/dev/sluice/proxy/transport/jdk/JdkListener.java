package dev.sluice.proxy.transport.jdk;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.VirtualThreads;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server of the JDK with one context, {@link JdkHttpHandler}, and with an executor that limits the time of a
 * request's head. It can do nothing beyond plain requests and responses: the JDK's server has no trailers, no tunnels,
 * no interim responses except 100, and does not check whether the client is still there. Safe for use by many threads.
 */
final class JdkListener implements Listener {
    /**
     * The JDK's own default, 50, drops the connections of a burst of clients, which then wait a second to try again.
     */
    private static final int BACKLOG = 1024;

    /** As long as a listener may drain: 11 days. In milliseconds it is still an int, which 17 counts with. */
    private static final int DRAIN_SECONDS = 1_000_000;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final HttpServer server;
    private final InetSocketAddress address;
    private final JdkHttpHandler handler;
    private final JdkListenerWatch watch;
    private final JdkListenerRuns runs;
    private final TimeSource time;
    private final Executor ownExecutor;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private JdkListener(HttpServer server, Listener.Settings settings, Service service) {
        this.server = server;
        this.address = server.getAddress();
        this.time = settings.time();
        this.watch = new JdkListenerWatch(time);
        this.handler = new JdkHttpHandler(service, watch);
        Executor given = settings.executor();
        this.ownExecutor = given == null
                ? JdkListenerPool.open(service.limits().exchanges(), settings.tls() != null)
                : Runnable::run;
        this.runs = new JdkListenerRuns(new JdkListenerHeadTimeout(
                given == null ? ownExecutor : given, watch, service.limits().requestHeadTimeout()));
        server.createContext("/", handler);
        server.setExecutor(runs);
    }

    /**
     * Opens a listener.
     *
     * @throws IllegalArgumentException if a limit is above what the JDK's server accepts, which closes such connections
     *     without a word; the message names it, and the property that raises it
     * @throws BindException if the address is taken or is not of this machine; the message names it
     * @throws IOException if it cannot listen there for another reason; the message names it
     */
    static JdkListener open(Listener.Settings settings, Service service) throws IOException {
        JvmProperties.apply();
        if (settings.tlsByName() != null) {
            throw new IllegalArgumentException("the jdk transport has no " + Capability.TLS_BY_NAME.label());
        }
        requireWithin("headerCount", service.limits().headerCount(), "sun.net.httpserver.maxReqHeaders", 200);
        requireWithin("headerBytes", service.limits().headerBytes(), "sun.net.httpserver.maxReqHeaderSize", 380 * 1024);
        JdkListener listener = new JdkListener(bind(settings), settings, service);
        listener.start();
        return listener;
    }

    /** Its dispatcher is a daemon as the thread is that starts it: what keeps the process is the same for all listeners. */
    private void start() {
        Signal started = time.start("jdk-start", server::start);
        try {
            time.await(started, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireWithin(String limit, int value, String property, int unset) {
        int most = Integer.getInteger(property, unset);
        if (most > 0 && value > most) {
            throw new IllegalArgumentException("limit " + limit + " is " + value + ", and the JDK's server accepts "
                    + most + ": start the JVM with -D" + property + "=" + value);
        }
    }

    private static HttpServer bind(Listener.Settings settings) throws IOException {
        InetSocketAddress address = settings.address();
        try {
            VirtualThreads.prepareSockets();
            TlsSettings tls = settings.tls();
            if (tls == null) {
                return HttpServer.create(address, BACKLOG);
            }
            HttpsServer server = HttpsServer.create(address, BACKLOG);
            server.setHttpsConfigurator(
                    new JdkListenerTls(tls.context(), tls.parameters(), JdkHandshakeLog.of(settings.time())));
            return server;
        } catch (IOException failure) {
            String message = "cannot listen at host " + address.getHostString() + ", port " + address.getPort() + ": "
                    + failure.getMessage();
            throw failure instanceof BindException
                    ? (IOException) new BindException(message).initCause(failure)
                    : new IOException(message, failure);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Drops the backlog, and may drop bytes in the socket of a connection. On 17 it may also cut a request that comes
     * just as the last exchange ends, which the JDK's server does not count yet. The port may be free only after {@link
     * #close}: the JDK's server has no other way.
     */
    @Override
    public Signal stopAccepting() {
        handler.drain();
        if (stopped.compareAndSet(false, true)) {
            // It closes the server socket, and then blocks until the last exchange is over.
            time.start("jdk-drain", () -> server.stop(DRAIN_SECONDS));
        }
        return runs.drain();
    }

    @Override
    public void close() {
        handler.drain();
        stopped.set(true);
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        runs.close();
        // First the threads: closing a TLS connection waits for the one that is blocked writing to it.
        watch.interruptAll(Outcome.SHUT_DOWN);
        Signal done = time.start("jdk-close", () -> server.stop(0));
        try {
            time.await(done, time.deadline(CLOSE_TIMEOUT));
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        watch.close();
        JdkListenerPool.close(ownExecutor);
    }
}
