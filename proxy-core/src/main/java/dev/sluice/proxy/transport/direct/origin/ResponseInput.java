package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;

/** The body of an origin's response, as it arrives. */
final class ResponseInput extends BulkInputStream {
    private final OriginStream stream;
    private final Exchange exchange;

    ResponseInput(OriginStream stream, Exchange exchange) {
        this.stream = stream;
        this.exchange = exchange;
    }

    @Override
    public int read(byte[] target, int offset, int want) throws IOException {
        try {
            return stream.read(target, offset, want);
        } catch (IOException cause) {
            stream.close();
            throw explain(cause);
        }
    }

    @Override
    public int available() {
        return stream.available();
    }

    /** Before the end this gives up the stream, as it is not known how much there is to skip. */
    @Override
    public void close() {
        stream.close();
    }

    private ProxyException explain(IOException cause) {
        Outcome cancelled = exchange.cancelled();
        if (cancelled != null) {
            return failure(cancelled, "cancelled: " + cancelled, cause);
        }
        if (cause instanceof WireTimeoutException) {
            String idle = DurationText.of(Timeouts.of(exchange).idle());
            return failure(Outcome.BODY_TIMEOUT, "nothing more of the response's body within " + idle, cause);
        }
        String why = cause instanceof ProxyException malformed
                ? String.valueOf(malformed.getMessage())
                : "the response's body broke off: " + cause;
        return failure(Outcome.BODY_FAILED, why, cause);
    }

    private static ProxyException failure(Outcome outcome, String message, IOException cause) {
        return new ProxyException(outcome, Delivery.ANSWERED, message, cause);
    }
}
