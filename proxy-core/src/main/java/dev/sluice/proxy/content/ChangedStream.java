package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/**
 * Changes bodies while they stream. What the function or its stream throws unchecked is a fault of theirs, and says whose:
 * the transports would take it for that of a client or an origin.
 *
 * @param name of the rewrite, for the log
 */
record ChangedStream(UnaryOperator<InputStream> change, String name) implements BodyChange {
    @Override
    public Body change(ProxyRequest request, Headers fields, Body plain, Refusal refused) {
        return plain.map(this::changed, Body.UNKNOWN);
    }

    private InputStream changed(InputStream plain) {
        InputStream changed;
        try {
            changed = change.apply(plain);
        } catch (RuntimeException fault) {
            throw new IllegalStateException(name + " failed: " + fault, fault);
        }
        if (changed == null) {
            throw new IllegalStateException(name + " returned no stream");
        }
        return new Changed(changed);
    }

    private ProxyException failed(RuntimeException fault) {
        return new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, name + " failed: " + fault, fault);
    }

    private final class Changed extends BulkInputStream {
        private final InputStream stream;

        private Changed(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return stream.read(target, offset, length);
            } catch (RuntimeException fault) {
                throw failed(fault);
            }
        }

        @Override
        public int available() throws IOException {
            try {
                return stream.available();
            } catch (RuntimeException fault) {
                throw failed(fault);
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
