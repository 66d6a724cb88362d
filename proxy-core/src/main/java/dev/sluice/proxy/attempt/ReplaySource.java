package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body that a {@link ReplayBuffer} reads from the client: opened once, and failed for all views when it has failed for
 * one. For one thread at a time; {@link #failure} for any.
 */
final class ReplaySource {
    private final Body body;
    private @Nullable InputStream stream;
    private boolean ended;
    private volatile @Nullable ProxyException failure;

    ReplaySource(Body body) {
        this.body = body;
    }

    /** Reads as a stream does; every failure is a ProxyException, and comes again. */
    int read(byte[] target, int offset, int length) throws ProxyException {
        ProxyException before = failure;
        if (before != null) {
            throw before;
        }
        try {
            int n = stream().read(target, offset, length);
            ended = n < 0;
            return n;
        } catch (ProxyException why) {
            throw failed(why);
        } catch (IOException cause) {
            throw failed(new ProxyException(
                    Outcome.CLIENT_BODY_FAILED,
                    Delivery.SENT_UNKNOWN,
                    "reading the request's body failed: " + cause,
                    cause));
        } catch (RuntimeException fault) {
            throw failed(faulty(fault));
        }
    }

    int available() throws IOException {
        if (failure != null) {
            return 0;
        }
        try {
            return stream().available();
        } catch (RuntimeException fault) {
            throw failed(faulty(fault));
        }
    }

    private ProxyException failed(ProxyException why) {
        failure = why;
        return why;
    }

    /** No client can cause it: it is a fault of what changes the body on its way. */
    private static ProxyException faulty(RuntimeException fault) {
        return new ProxyException(
                Outcome.FAILED, Delivery.SENT_UNKNOWN, "reading the request's body failed: " + fault, fault);
    }

    private InputStream stream() {
        InputStream known = stream;
        if (known == null) {
            known = body.open();
            stream = known;
        }
        return known;
    }

    /** Returns whether the end has been read. */
    boolean ended() {
        return ended;
    }

    /** How reading has failed, or null. */
    @Nullable
    ProxyException failure() {
        return failure;
    }
}
