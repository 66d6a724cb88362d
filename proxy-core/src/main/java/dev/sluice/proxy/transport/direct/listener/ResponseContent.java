package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the bodies of responses, and says how the exchange ended if that fails. Pure functions but for the reading. */
final class ResponseContent {
    private ResponseContent() {}

    /** How many bytes can be read without waiting; 0 if that has failed, which the read will report. */
    static int available(InputStream body) {
        try {
            return body.available();
        } catch (IOException failed) {
            return 0;
        }
    }

    /** Reads some bytes, and waits for the first; -1 at the end. */
    static int read(InputStream body, byte[] buffer, int offset, int length) throws ProxyException {
        try {
            return body.read(buffer, offset, length);
        } catch (ProxyException why) {
            throw why;
        } catch (IOException | RuntimeException cause) {
            throw new ProxyException(
                    Outcome.FAILED, Delivery.ANSWERED, "reading the response's body failed: " + cause, cause);
        }
    }

    /**
     * Reads some bytes of what is left, and waits for the first; -1 at the end.
     *
     * @param left how many are to come, or a negative number if that is not known
     * @throws ProxyException also if it ends before
     */
    static int read(InputStream body, byte[] buffer, long left) throws ProxyException {
        int n = read(body, buffer, 0, (int) Math.min(buffer.length, left < 0 ? buffer.length : left));
        if (n < 0 && left > 0) {
            throw endedEarly(left);
        }
        return n;
    }

    /** Why a body of known length that has ended is not whole. */
    static ProxyException endedEarly(long left) {
        return new ProxyException(
                Outcome.FAILED, Delivery.ANSWERED, "the body ended " + left + " bytes before its length");
    }
}
