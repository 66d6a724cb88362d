package dev.sluice.proxy;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The setup of an exchange by the server that received the request; see {@link Exchange.Builder}. Immutable. */
record ExchangeSetup(
        TimeSource time,
        Client client,
        Set<Capability> capabilities,
        Exchange.InterimSink interim,
        Consumer<Exchange> beginHook,
        ExchangeListener listener) {
    static final Exchange.InterimSink NOWHERE = (status, headers) -> false;

    /**
     * Begins an exchange.
     *
     * @param known its attributes at first
     * @param origin the record of the exchange that a detached one comes from, or null
     */
    Exchange begin(String purpose, Duration timeout, @Nullable Attributes known, @Nullable ExchangeNotes origin) {
        ExchangeNotes record = new ExchangeNotes(purpose, time, client, listener);
        if (origin != null) {
            record.comesFrom(origin);
        }
        Exchange exchange = new Exchange(null, purpose, this, record, known);
        exchange.deadline(time.deadline(timeout), Outcome.TOTAL_TIMEOUT);
        record.scope(exchange);
        exchange.onEnd(record::ended);
        beginHook.accept(exchange);
        record.begun();
        return exchange;
    }

    boolean sendInterim(int status, Headers headers) {
        return capabilities.contains(Capability.INTERIM) && interim.send(status, headers);
    }

    /** The same for a detached exchange. */
    ExchangeSetup with(Exchange.InterimSink other) {
        return new ExchangeSetup(time, client, capabilities, other, beginHook, listener);
    }
}
