package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.testing.gateway.Fault.Kind;
import dev.sluice.proxy.testing.gateway.Fault.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The body of an answer without a socket, up to the fault in it. For one thread. */
final class ReplyInput extends BulkInputStream {
    private final Reply reply;
    private final ExchangePacing pacing;
    private final LongSupplier idleDeadline;
    private final Broken broken;
    private @Nullable InputStream body;
    private final long told;
    private long left;
    private int sent;

    /** Breaks an answer off. */
    interface Broken {
        /** Throws what a transport would throw, perhaps after a wait. */
        IOException by(Fault fault) throws IOException;

        /** The body ended before the fault, which the test must hear of. */
        RuntimeException tooShort(Fault fault);
    }

    /**
     * A body.
     *
     * @param idleDeadline until when a transport would wait for the next byte
     */
    ReplyInput(Reply reply, ExchangePacing pacing, LongSupplier idleDeadline, Broken broken) {
        this.reply = reply;
        this.pacing = pacing;
        this.idleDeadline = idleDeadline;
        this.broken = broken;
        this.told = told(reply);
        this.left = told < 0 ? end(reply) : Math.min(end(reply), told);
    }

    /** The length that the test has set by hand, or -1. */
    private static long told(Reply reply) {
        return reply.headers().has("Transfer-Encoding")
                ? -1
                : reply.headers().first("Content-Length").map(Long::parseLong).orElse(-1L);
    }

    /** How many bytes come at most. */
    private static long end(Reply reply) {
        Fault fault = reply.fault();
        if (fault != null && fault.place() == Place.BODY) {
            return fault.at();
        }
        return fault != null && fault.kind() == Kind.LENGTH_TOO_SHORT
                ? reply.content().length() - 1
                : Long.MAX_VALUE;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        pacing.limit(idleDeadline.getAsLong(), Outcome.BODY_TIMEOUT);
        if (body == null) {
            if (reply.hold() != null) {
                pacing.await(reply.hold());
            }
            body = reply.body(pacing, left);
        }
        int n = left == 0 ? -1 : read(body, target, offset, (int) Math.min(length, left));
        Fault fault = reply.fault();
        if (n < 0 && fault != null && fault.breaksBody()) {
            if (fault.place() == Place.BODY && left > 0) {
                throw broken.tooShort(fault);
            }
            throw broken.by(fault);
        }
        if (n < 0 && sent < told) {
            throw broken.by(Fault.LENGTH_TOO_LONG);
        }
        left -= Math.max(n, 0);
        sent += Math.max(n, 0);
        return n;
    }

    private int read(InputStream from, byte[] target, int offset, int length) throws IOException {
        try {
            return from.read(target, offset, length);
        } catch (BrokenOff failed) {
            throw broken.by(failed.fault().inBody(sent));
        }
    }

    @Override
    public void close() throws IOException {
        if (body != null) {
            body.close();
        }
    }
}
