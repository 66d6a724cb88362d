package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener in front of a handler, and the requests that reached the handler. */
final class JdkListenerHarness implements Service, ExchangeListener, AutoCloseable {
    static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final ManualTime time = new ManualTime();
    /** The executor of the exchanges. */
    volatile TimeSource exchangeTime = time;

    final List<ProxyRequest> requests = new CopyOnWriteArrayList<>();
    final BlockingQueue<Exchange> begun = new LinkedBlockingQueue<>();
    final BlockingQueue<ExchangeRecord> ended = new LinkedBlockingQueue<>();
    final JdkListener listener;
    private final ProxyHandler handler;
    private final Limits limits;

    JdkListenerHarness(ProxyHandler handler) {
        this(handler, Limits.DEFAULT);
    }

    JdkListenerHarness(ProxyHandler handler, Limits limits) {
        this.handler = handler;
        this.limits = limits;
        try {
            this.listener = JdkListener.open(settings(time), this);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Listener.Settings settings(TimeSource time) {
        return Listener.Settings.plain(ANY, time);
    }

    RawConnection connect() throws IOException {
        return RawConnection.connect(listener.address());
    }

    /** Everything that comes back for these bytes on a new connection, up to its end. No more bytes are sent. */
    String exchange(String bytes) throws IOException {
        try (RawConnection client = connect()) {
            client.write(bytes);
            client.shutdownOutput();
            return client.readAll();
        }
    }

    ExchangeRecord awaitEnd() throws InterruptedException {
        return awaited(ended.poll(10, TimeUnit.SECONDS));
    }

    Exchange awaitBegin() throws InterruptedException {
        return awaited(begun.poll(10, TimeUnit.SECONDS));
    }

    private static <T> T awaited(T value) {
        if (value == null) {
            throw new AssertionError("nothing came for 10 seconds");
        }
        return value;
    }

    @Override
    public Limits limits() {
        return limits;
    }

    @Override
    public Exchange begin(Client client, Set<Capability> capabilities, Exchange.InterimSink interim) {
        Exchange exchange = Exchange.builder(exchangeTime)
                .client(client)
                .capabilities(capabilities)
                .listener(this)
                .begin();
        exchange.put(Timeouts.class, Timeouts.DEFAULT);
        begun.add(exchange);
        return exchange;
    }

    @Override
    public ProxyResponse serve(ProxyRequest request) {
        requests.add(request);
        request.exchange().received(request);
        try {
            return handler.handle(request);
        } catch (ProxyException why) {
            return refuse(request.exchange(), why);
        } catch (IOException | InterruptedException fault) {
            return refuse(request.exchange(), ProxyException.refused(Outcome.FAILED, String.valueOf(fault)));
        }
    }

    @Override
    public ProxyResponse refuse(Exchange exchange, ProxyException why) {
        exchange.notes().failed(why);
        return ProxyResponse.of(why.status(), why.outcome().name());
    }

    @Override
    public void ended(ExchangeRecord record) {
        ended.add(record);
    }

    @Override
    public void close() {
        listener.close();
    }
}
