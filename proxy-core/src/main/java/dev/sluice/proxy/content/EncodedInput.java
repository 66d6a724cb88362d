package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BodyBuffers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The coded form of a stream, made while it is read. Before a read of the source that may block, the encoder is flushed
 * and what it has is handed out: so events pass one by one. It never waits to fill a buffer.
 *
 * <p>Invariants: {@code unflushed} while the encoder may hold bytes of the source; the encoder's own first bytes are not
 * handed out alone, as each piece that is handed out becomes a chunk on the wire.
 */
final class EncodedInput extends CodedInput {
    /** What is handed out without waiting for more. */
    private static final int PIECE_BYTES = 16 * 1024;

    private final InputStream source;
    private final OutputStream encoder;
    private final Pending pending = new Pending();
    /** As much as one system call brings: each piece after which nothing more is here costs a flush. */
    private final byte[] piece;

    private long left;
    private boolean begun;
    private boolean unflushed;
    private boolean ended;

    private EncodedInput(InputStream source, long length, List<ContentCoding> codings) throws IOException {
        this.source = source;
        this.left = length;
        this.encoder = chain(codings, pending);
        this.piece = BodyBuffers.take(length);
    }

    /** What is written goes through the first coding first. */
    private static OutputStream chain(List<ContentCoding> codings, OutputStream last) throws IOException {
        OutputStream out = last;
        try {
            for (int i = codings.size() - 1; i >= 0; i--) {
                out = codings.get(i).encoder(out);
            }
            return out;
        } catch (IOException | RuntimeException | Error unusable) {
            out.close();
            throw unusable;
        }
    }

    /**
     * This body in these codings, the first one applied first.
     *
     * @param scope frees what the encoders hold, at the latest
     */
    static Body of(Body body, List<ContentCoding> codings, Exchange scope) {
        long length = body.length();
        return body.map(stream -> open(stream, length, codings, scope), Body.UNKNOWN);
    }

    private static InputStream open(InputStream source, long length, List<ContentCoding> codings, Exchange scope) {
        try {
            EncodedInput coded = new EncodedInput(source, length, codings);
            scope.onEnd(how -> coded.release());
            return coded;
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** A changed body in the codings that the former one had. Bytes stay bytes, with a length. */
    static Body again(Body changed, List<ContentCoding> codings, Exchange scope) throws IOException {
        if (codings.isEmpty()) {
            return changed;
        }
        if (!changed.repeatable() || changed.length() < 0) {
            return of(changed, codings, scope);
        }
        byte[] bytes = changed.open().readAllBytes();
        for (ContentCoding coding : codings) {
            bytes = encode(bytes, coding);
        }
        return Body.of(bytes);
    }

    /** All of these bytes in this coding. */
    static byte[] encode(byte[] bytes, ContentCoding coding) throws IOException {
        Pending coded = new Pending();
        try (OutputStream encoder = coding.encoder(coded)) {
            encoder.write(bytes, 0, bytes.length);
        }
        return coded.all();
    }

    @Override
    int readInTurn(byte[] target, int offset, int length) throws IOException {
        while (!ended && pending.size() < Math.min(length, PIECE_BYTES) && !mustHandOut()) {
            step();
        }
        return pending.size() == 0 ? -1 : pending.take(target, offset, length);
    }

    /** Returns whether there are bytes for the reader, and the next read of the source may block. */
    private boolean mustHandOut() throws IOException {
        if (!begun || left == 0 || source.available() > 0) {
            return false;
        }
        if (unflushed) {
            encoder.flush();
            unflushed = false;
        }
        return pending.size() > 0;
    }

    private void step() throws IOException {
        int n = left == 0 ? -1 : source.read(piece, 0, left < 0 ? piece.length : (int) Math.min(left, piece.length));
        if (n < 0) {
            end();
            return;
        }
        left -= left < 0 ? 0 : n;
        begun = true;
        unflushed = true;
        encoder.write(piece, 0, n);
    }

    private void end() throws IOException {
        if (left > 0) {
            // The coded form would look whole.
            throw new ProxyException(
                    Outcome.FAILED, Delivery.ANSWERED, "the body ended " + left + " bytes before its length");
        }
        ended = true;
        unflushed = false;
        encoder.close();
    }

    @Override
    public int available() throws IOException {
        if (pending.size() > 0 && (begun || ended)) {
            return pending.size();
        }
        return !ended && (unflushed || left == 0 || source.available() > 0) ? 1 : 0;
    }

    @Override
    void free() throws IOException {
        BodyBuffers.give(piece);
        encoder.close();
    }

    @Override
    public void close() throws IOException {
        release();
        source.close();
    }
}
