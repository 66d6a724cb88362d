package dev.sluice.proxy.log;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.testing.ManualTime;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** An exchange that is not over, and the lines that a log writes of it. */
final class LoggedExchange {
    final ManualTime time = new ManualTime();
    final Exchange exchange;
    private ExchangeListener listener = ExchangeListener.NONE;

    LoggedExchange() {
        this(null);
    }

    LoggedExchange(@Nullable SSLSession tls) {
        Client client =
                new Client(new InetSocketAddress("192.0.2.7", 1234), new InetSocketAddress("192.0.2.1", 80), tls);
        exchange = Exchange.builder(time)
                .client(client)
                .listener(new ExchangeListener() {
                    @Override
                    public void ended(ExchangeRecord record) {
                        listener.ended(record);
                    }
                })
                .begin();
    }

    LoggedExchange receive(String target, String... headers) throws Exception {
        exchange.received(ProxyRequest.builder(exchange, "GET", RequestTarget.parse("GET", target, "http", "a.test"))
                .headers(Headers.of(headers))
                .build());
        return this;
    }

    LoggedExchange respond(int status, String... headers) {
        exchange.notes().head(status, Headers.of(headers), time.nanos());
        return this;
    }

    /** The exchange ends, and the log is told. */
    List<String> lines(AccessLog.Builder log, Outcome how) {
        List<String> lines = new ArrayList<>();
        Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
        // Values of the exchange are there while its listeners are told.
        listener = log.log(logger(events)).build();
        exchange.end(how);
        events.forEach(event -> lines.add(String.valueOf(event.getArguments().get(0))));
        return lines;
    }

    /** The only line of an exchange that has completed. */
    String line(AccessLog.Builder log) {
        List<String> lines = lines(log, Outcome.COMPLETED);
        if (lines.size() != 1) {
            throw new AssertionError("one line: " + lines);
        }
        return lines.get(0);
    }

    static EventRecordingLogger logger(Queue<SubstituteLoggingEvent> events) {
        return new EventRecordingLogger(new SubstituteLogger("access", events, true), events);
    }
}
